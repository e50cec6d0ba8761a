const inlineMax = 76;

/** JSON as people write it: two spaces, and what fits on a line stays on one, except objects right below the top. */
export function ruleText(value: unknown): string {
  return `${printed(value, "", 0)}\n`;
}

function printed(value: unknown, indent: string, depth: number, used = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = `${indent}  `;
  const short = inline(value);
  const isLeafLike = Array.isArray(value) || depth > 1 || Object.keys(value).length === 0;
  if (isLeafLike && indent.length + used + short.length <= inlineMax) return short;
  if (Array.isArray(value))
    return `[\n${value.map((item) => inner + printed(item, inner, depth + 1)).join(",\n")}\n${indent}]`;
  const lines = entries(value).map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return inner + name + printed(item, inner, depth + 1, name.length);
  });
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function inline(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  const members = entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function entries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
