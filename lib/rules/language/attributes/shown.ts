import type { Failure } from "@/lib/rules/language/conditions/condition";
import { isSecretName } from "@/lib/rules/language/secret-names";

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
    entries.map(([name, inner]) => [name, isSecretName(name) ? hiddenValue : shown(inner, depth + 1)]),
  );
}

/** A failure that tells no more of the value than whether it was there. */
export function hidden(failure: Failure | null): Failure | null {
  return failure === null || failure.left === null ? failure : { ...failure, left: hiddenValue };
}
