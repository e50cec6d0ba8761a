/** Reads JSON that a person typed; what is wrong is a sentence. Nothing typed is an empty object. */
export function readJson(text: string): { value: unknown } | { error: string } {
  if (text.trim() === "") return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (error) {
    return { error: `Must be JSON. ${error instanceof Error ? error.message : ""}`.trim() };
  }
}

/** Whether two values are the same JSON, whatever the order of their members. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

/** Only the members that differ from what is stored; null when none does. */
export function changedMembers(
  next: Readonly<Record<string, unknown>>,
  before: object,
): Record<string, unknown> | null {
  const stored = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(next).filter(
    ([name, value]) => value !== undefined && !isSameJson(value, stored.get(name)),
  );
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, held]) => [name, inOrder(held)]),
  );
}
