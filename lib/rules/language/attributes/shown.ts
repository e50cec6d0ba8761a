const textMax = 200;
const itemsMax = 20;

/** A value as an explanation shows it: long text and long lists are cut. */
export function shown(value: unknown): unknown {
  if (typeof value === "string") return value.length > textMax ? `${value.slice(0, textMax)}…` : value;
  if (Array.isArray(value)) {
    const items = value.slice(0, itemsMax).map(shown);
    return value.length > itemsMax ? [...items, `… ${value.length - itemsMax} more`] : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const text = JSON.stringify(value);
  return text.length > textMax ? `${text.slice(0, textMax)}…` : value;
}

const secretive = /cookie|token|secret|passw|api[-_]?key|private[-_]?key|signature|credential|authorization/i;

/** Whether a name says that its value is nobody's to see: a cookie, a password, a one-time token. */
export function namesSecret(name: string): boolean {
  return secretive.test(name);
}
