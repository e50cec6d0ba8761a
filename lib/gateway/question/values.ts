import { asUtf8Escapes } from "@/lib/gateway/canonical";
import type { Values } from "@/lib/rules/language/question";

/** Values while they are gathered. */
export type Gathered = Record<string, string | string[]>;

/** No values yet, in an object that inherits no name. */
export function noneYet(): Gathered {
  return Object.create(null);
}

/** Adds a value: the only one of a name is a text, several are a list. */
export function addValue(values: Gathered, name: string, value: string): void {
  const earlier = values[name];
  if (earlier === undefined) values[name] = value;
  else if (typeof earlier === "string") values[name] = [earlier, value];
  else earlier.push(value);
}

/** Name and value pairs as conditions read them. */
export function valuesOf(pairs: Iterable<readonly [name: string, value: string]>): Values {
  const values = noneYet();
  for (const [name, value] of pairs) addValue(values, name, value);
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
  const values = noneYet();
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? "" : decoded(part.slice(equals + 1));
    if (name === null || value === null) return "escape";
    if (name !== except) addValue(values, name, value);
  }
  return values;
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
