import { maskSecret, parseValue } from "@/lib/keys/format";

/** What has the shape of a key's value, as far into a longer word as it goes. */
const keyShape = /[A-Za-z][0-9A-Za-z_]{0,23}_(?:live|test)_[0-9A-Za-z]{59}/g;

/** Text as it may be stored: values of keys masked, and what PostgreSQL cannot hold (NUL, half a character) as U+FFFD. */
export function cleanText(text: string): string {
  return maskKeys(text.replace(/\0|\p{Surrogate}/gu, "\ufffd"));
}

/** The same for JSON text, where such characters are escapes. It stays JSON. */
export function cleanJson(json: string): string {
  return maskKeys(
    json.replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (escape) =>
      escape.startsWith("\\u0000") || escape.startsWith("\\ud") ? "\ufffd" : escape,
    ),
  );
}

function maskKeys(text: string): string {
  return text.includes("_live_") || text.includes("_test_") ? text.replace(keyShape, masked) : text;
}

function masked(value: string): string {
  const parsed = parseValue(value);
  if (parsed === null) return value;
  return maskSecret({ prefix: parsed.prefix, id: parsed.id, lastFour: value.slice(-4) });
}
