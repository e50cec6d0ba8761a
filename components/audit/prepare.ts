import { isFields } from "@/lib/client/request/read-unknown";

/** One field of a change: what it was and what it became, as text; null where nothing is said. */
export interface Difference {
  field: string;
  before: string | null;
  after: string | null;
}

/**
 * What changed, where an entry's detail says so: `{before, after}` as objects, or `{changes}` whose fields are either
 * `{before, after}`, `{from, to}` or just what became of them. Null for a detail that is no change.
 */
export function differences(detail: Readonly<Record<string, unknown>>): Difference[] | null {
  const { before, after, changes } = detail;
  if (isFields(before) && isFields(after)) {
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return fields
      .map((field) => ({ field, before: valueText(before[field]), after: valueText(after[field]) }))
      .filter((one) => one.before !== one.after);
  }
  if (!isFields(changes)) return null;
  return Object.entries(changes).map(([field, change]) => differenceOf(field, change));
}

function differenceOf(field: string, change: unknown): Difference {
  if (isFields(change)) {
    if ("before" in change || "after" in change)
      return { field, before: valueText(change["before"]), after: valueText(change["after"]) };
    if ("from" in change && "to" in change)
      return { field, before: valueText(change["from"]), after: valueText(change["to"]) };
  }
  return { field, before: null, after: valueText(change) };
}

/** A value as it is shown: text bare, all else as JSON; nothing said is null. */
export function valueText(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The first and last characters of a hash. */
export function shortHash(hash: string): string {
  return hash.length <= 16 ? hash : `${hash.slice(0, 8)}…${hash.slice(-8)}`;
}

/** `keys.end-rotation` in words: "Keys, end rotation". */
export function actionText(action: string): string {
  const [room = "", ...rest] = action.split(".");
  const words = (text: string) => text.replaceAll("-", " ");
  const head = words(room);
  return `${head.charAt(0).toUpperCase()}${head.slice(1)}${rest.length === 0 ? "" : `, ${words(rest.join("."))}`}`;
}
