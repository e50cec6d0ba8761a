import { ruleText } from "@/components/rules/json/rule-text";
import { findValues } from "@/components/rules/json/scan";

/** Puts a value at a key of the rule's top, and leaves the rest as it was written. The text must be a JSON object. */
export function withMember(
  text: string,
  { key, value, after }: { key: string; value: unknown; after: string },
): string {
  const top = findValues(text).filter(({ path }) => path.length === 1);
  const own = top.find(({ path }) => path[0] === key);
  const written = ruleText(value).trimEnd().replaceAll("\n", "\n  ");
  if (own !== undefined) return text.slice(0, own.from) + written + text.slice(own.to);
  const before = top.find(({ path }) => path[0] === after) ?? top.at(-1);
  if (before === undefined) return `{\n  ${JSON.stringify(key)}: ${written}\n}\n`;
  return `${text.slice(0, before.to)},\n  ${JSON.stringify(key)}: ${written}${text.slice(before.to)}`;
}
