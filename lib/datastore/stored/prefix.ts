const lastCodePoint = 0x10ffff;
const surrogates = { first: 0xd800, after: 0xe000 };

/**
 * The first text, in order of UTF-8 bytes, after every text that begins with `prefix`: keys with it lie from `prefix`
 * up to that, which an index finds. Null when there is no such text, because everything begins with `prefix`.
 */
export function afterPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === lastCodePoint) points.pop();
  const last = points.pop();
  if (last === undefined) return null;
  const next = last + 1 === surrogates.first ? surrogates.after : last + 1;
  return String.fromCodePoint(...points, next);
}
