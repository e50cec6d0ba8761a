/** What a typed part of a call comes to, or what is wrong with it. */
export type Read<Value> = { value: Value } | { error: string };

type Values = Record<string, string | string[]>;

/**
 * Reads `name: value` a line, or `name=value` for a query. The same name again is one more value. `separator` is what
 * stands between.
 */
export function readLines(text: string, separator: ":" | "="): Read<Values> {
  const values: Values = {};
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const at = line.indexOf(separator);
    if (at < 1) return { error: `“${line}” has no ${separator === ":" ? "colon" : "equals sign"}` };
    const name = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    const before = values[name];
    values[name] = before === undefined ? value : [before, value].flat();
  }
  return { value: values };
}

/** The lines that {@link readLines} reads back. */
export function linesOf(values: Readonly<Record<string, string | readonly string[]>>, separator: ":" | "=") {
  const between = separator === ":" ? ": " : "=";
  return Object.entries(values)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}${between}${one}`))
    .join("\n");
}

/** Reads JSON; undefined where nothing is typed. */
export function readValue(text: string): Read<unknown> {
  if (text.trim() === "") return { value: undefined };
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return { error: "This is not JSON" };
  }
}
