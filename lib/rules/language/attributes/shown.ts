const textMax = 200;
const itemsMax = 20;
const depthMax = 4;

/** Stands for a value that is nobody's to see. */
export const hiddenValue = "(hidden)";

/** A value as an explanation shows it: long text and long lists are cut, and what stands under a secret's name is hidden. */
export function shown(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.length > textMax ? `${value.slice(0, textMax)}…` : value;
  if (Array.isArray(value)) {
    const items = value.slice(0, itemsMax).map((item) => shown(item, depth + 1));
    return value.length > itemsMax ? [...items, `… ${value.length - itemsMax} more`] : items;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthMax) return "…";
  const entries = Object.entries(value).slice(0, itemsMax);
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, namesSecret(name) ? hiddenValue : shown(inner, depth + 1)]),
  );
}

const secretive = /cookie|token|secret|passw|api[-_]?key|private[-_]?key|signature|credential|authorization/i;

/** Whether a name says that its value is nobody's to see: a cookie, a password, a one-time token. */
export function namesSecret(name: string): boolean {
  return secretive.test(name);
}
