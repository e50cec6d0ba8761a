import type { FoundField, Span } from "@/lib/gateway/body/json-member";

/**
 * Fields called `name` in `a=1&b=2` text (a query or an urlencoded body), names and values decoded.
 * Each cut takes one `&` along, so that what stays reads as it did.
 */
export function urlencodedFields(text: string, name: string): FoundField[] {
  if (!text.includes(name) && !text.includes("%")) return [];
  const parts = partsOf(text).map((span) => ({ span, ...split(text.slice(span.start, span.end)) }));
  const lastKept = parts.findLastIndex((part) => part.name !== name);
  return parts.flatMap((part, index) => {
    if (part.name !== name) return [];
    const { start, end } = part.span;
    const cut = index < lastKept ? { start, end: end + 1 } : { start: Math.max(0, start - 1), end };
    return [{ value: part.value, cut }];
  });
}

function partsOf(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const part of text.split("&")) {
    spans.push({ start, end: start + part.length });
    start += part.length + 1;
  }
  return spans;
}

function split(part: string): { name: string; value: string } {
  const equals = part.indexOf("=");
  if (equals === -1) return { name: decoded(part), value: "" };
  return { name: decoded(part.slice(0, equals)), value: decoded(part.slice(equals + 1)) };
}

function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
