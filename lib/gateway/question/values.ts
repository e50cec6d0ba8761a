import { asUtf8Escapes } from "@/lib/gateway/canonical";
import type { Values } from "@/lib/rules/language/question";

/** Name and value pairs as conditions read them: one value is a text, several are a list. Holds no inherited name. */
export function valuesOf(pairs: Iterable<readonly [name: string, value: string]>): Values {
  const lists = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const earlier = lists.get(name);
    if (earlier === undefined) lists.set(name, value);
    else if (typeof earlier === "string") lists.set(name, [earlier, value]);
    else earlier.push(value);
  }
  const values = Object.fromEntries(lists);
  Object.setPrototypeOf(values, null);
  return values;
}

/** Why readers of `a=1&b=2` text would disagree on it. */
export type UnclearFields = "semicolon" | "escape";

/**
 * The fields of `a=1&b=2` text (a query or an urlencoded body; characters stand for bytes) without those called `except`.
 * Refused is what readers take differently: a `;`, which some read as `&`, and escapes that are broken, NUL or not UTF-8.
 */
export function fieldValues(text: string, except: string): Values | UnclearFields {
  if (text.includes(";")) return "semicolon";
  const pairs: [string, string][] = [];
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? "" : decoded(part.slice(equals + 1));
    if (name === null || value === null) return "escape";
    if (name !== except) pairs.push([name, value]);
  }
  return valuesOf(pairs);
}

function decoded(text: string): string | null {
  if (!/[%+\u0080-\uffff]/.test(text)) return text.includes("\u0000") ? null : text;
  try {
    const plain = decodeURIComponent(asUtf8Escapes(text.replaceAll("+", " ")));
    return plain.includes("\u0000") ? null : plain;
  } catch {
    return null;
  }
}
