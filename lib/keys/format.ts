/**
 * The value of a secret, `<prefix>_<live|test>_<tail>`. The tail has a fixed length, so it is read from the right and
 * the workspace's prefix may itself hold `_`: 16 characters id, 32 secret, 11 check, all base62.
 */
export const idLength = 16;
export const secretLength = 32;
export const checkLength = 11;
export const tailLength = idLength + secretLength + checkLength;

/** Longest prefix a workspace may choose. */
export const keyPrefixLengthMax = 24;

/** Longest value there can be: prefix, `_live_`, tail. */
export const valueLengthMax = keyPrefixLengthMax + 6 + tailLength;

/** What a workspace may choose as prefix: letters, digits and inner `_`, beginning with a letter. */
export const keyPrefixPattern = /^[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?$/;

const tailPattern = /^[0-9A-Za-z]{59}$/;
const headPattern = /^(.+)_(live|test)_$/;

/** A value taken apart. Whether it is genuine is for the check and the hash to say. */
export interface ParsedValue {
  /** What stands before the id, e.g. `lk_live`. */
  prefix: string;
  environment: "live" | "test";
  /** The public id of one secret. */
  id: string;
  /** Everything before the check; what the check is computed over. */
  body: string;
  check: string;
}

/** Takes a value apart, or answers null when it has not the shape of one. Linear, and bounded by {@link valueLengthMax}. */
export function parseValue(value: string): ParsedValue | null {
  if (value.length > valueLengthMax || value.length <= tailLength) return null;
  const headLength = value.length - tailLength;
  if (!tailPattern.test(value.slice(headLength))) return null;
  const head = headPattern.exec(value.slice(0, headLength));
  const [, workspacePrefix = "", environment] = head ?? [];
  if ((environment !== "live" && environment !== "test") || workspacePrefix.length > keyPrefixLengthMax)
    return null;
  if (!keyPrefixPattern.test(workspacePrefix)) return null;
  return {
    prefix: `${workspacePrefix}_${environment}`,
    environment,
    id: value.slice(headLength, headLength + idLength),
    body: value.slice(0, -checkLength),
    check: value.slice(-checkLength),
  };
}

const valuePattern = /^[A-Za-z](?:[A-Za-z0-9_]{0,22}[A-Za-z0-9])?_(?:live|test)_[0-9A-Za-z]{59}$/;

/** Whether {@link parseValue} would take it apart, without doing so. */
export function hasValueShape(value: string): boolean {
  return value.length <= valueLengthMax && valuePattern.test(value);
}

/** Where the id of a value would be, without looking at anything else; empty when the value is too short. */
export function idWithin(value: string): string {
  return value.length > tailLength ? value.slice(-tailLength, -tailLength + idLength) : "";
}

/** How a secret is shown ever after: prefix, head of the id, last four, e.g. `lk_live_4aF2…9fZk`. */
export function maskSecret({
  prefix,
  id,
  lastFour,
}: {
  prefix: string;
  id: string;
  lastFour: string;
}): string {
  return `${prefix}_${id.slice(0, 4)}…${lastFour}`;
}
