/**
 * JSON as RFC 8785 writes it: no spaces, members in the order of their names' UTF-16 code units, numbers and strings as
 * ECMAScript prints them. What JSON leaves out (undefined) is left out, so that a value and its copy read back from
 * `jsonb` give the same text. Throws for what JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError("JSON cannot hold this value");
  return written(JSON.parse(text));
}

function written(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${written(member)}`);
  return `{${members.join(",")}}`;
}
