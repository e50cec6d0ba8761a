import { maskedValue } from "@/lib/rules/replay/kept/left-out";

/** How often a condition looked at what is not known, since the process began. Judging is synchronous, so a difference tells. */
let reads = 0;

/** Compare before and after a verdict: more means that it may rest on what is not known. */
export function hiddenReads(): number {
  return reads;
}

export function noteHiddenRead(): void {
  reads += 1;
}

/** A text of which it is not even known whether it was there. */
export const notKnownText = "\u0001not known";

/** Answers each of its members with `member`, so that a path through it ends in what is not known. */
function treeOf(member: () => unknown): Readonly<Record<string, unknown>> {
  const isName = (key: string | symbol) => typeof key === "string";
  return new Proxy<Record<string, unknown>>(
    {},
    {
      has: (_target, key) => isName(key),
      get: (_target, key) => (isName(key) ? member() : undefined),
      getOwnPropertyDescriptor: (_target, key) =>
        isName(key) ? { value: member(), enumerable: true, configurable: true, writable: true } : undefined,
      ownKeys: () => {
        noteHiddenRead();
        return [];
      },
    },
  );
}

/** Any JSON of which it is not known whether it was there. */
export const notKnownTree: Readonly<Record<string, unknown>> = treeOf(() => notKnownTree);

/** Any JSON that was there and was masked. */
export const maskedTree: Readonly<Record<string, unknown>> = treeOf(() => notKnownTree);

/** Headers or parameters that were not kept: every name may have been among them. */
export const notKnownValues: Readonly<Record<string, string>> = new Proxy<Record<string, string>>(
  {},
  {
    has: (_target, key) => typeof key === "string",
    get: (_target, key) => (typeof key === "string" ? notKnownText : undefined),
    getOwnPropertyDescriptor: (_target, key) =>
      typeof key === "string"
        ? { value: notKnownText, enumerable: true, configurable: true, writable: true }
        : undefined,
    ownKeys: () => {
      noteHiddenRead();
      return [];
    },
  },
);

/** Whether a value was there and is not known. */
export function isMasked(value: unknown): boolean {
  return value === maskedValue || value === maskedTree;
}

/** Whether a value is not known, be it that it was there or not. */
export function isHidden(value: unknown): boolean {
  return isMasked(value) || value === notKnownText || value === notKnownTree || value === notKnownValues;
}

/** Whether anything in a JSON value is hidden. */
export function holdsHidden(value: unknown): boolean {
  if (isHidden(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsHidden);
}

/** A kept JSON value with {@link maskedTree} wherever something was masked. */
export function withMaskedTrees(value: unknown): unknown {
  if (value === maskedValue) return maskedTree;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withMaskedTrees);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withMaskedTrees(member)]));
}
