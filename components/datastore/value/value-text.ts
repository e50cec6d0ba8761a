/** How a value can be shown and edited: as JSON, as text, or not at all. */
export type ValueKind = "json" | "text" | "bytes";

/** A value as people see it. `text` is null for bytes. */
export interface ShownValue {
  kind: ValueKind;
  text: string | null;
}

/** What of a value can be read; bytes that are not the UTF-8 that their type promises are bytes. */
export function shownValue({ bytes, contentType }: { bytes: Uint8Array; contentType: string }): ShownValue {
  const type = (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
  const isJson = type === "application/json" || type.endsWith("+json");
  if (!isJson && !type.startsWith("text/")) return { kind: "bytes", text: null };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.includes("\0")) return { kind: "bytes", text: null };
    return isJson ? { kind: "json", text: laidOut(text) } : { kind: "text", text };
  } catch {
    return { kind: "bytes", text: null };
  }
}

/** JSON over several lines, but only where that changes nothing else: no digit, escape or repeated name is lost. */
export function laidOut(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}

const units = [
  { name: "MiB", bytes: 1_048_576 },
  { name: "KiB", bytes: 1_024 },
] as const;

/** `512 B`, `1.2 KiB`, `64 MiB`. */
export function sizeText(bytes: number): string {
  const unit = units.find((one) => bytes >= one.bytes);
  if (unit === undefined) return `${bytes} B`;
  const amount = bytes / unit.bytes;
  return `${amount.toLocaleString("en", { maximumFractionDigits: amount < 10 ? 1 : 0 })} ${unit.name}`;
}

/** What stands before the last `/` of a key, with it; empty when there is none. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** A prefix in the steps that lead to it: `users/42/` has `users/` and `users/42/`. */
export function stepsOf(prefix: string): { label: string; prefix: string }[] {
  const parts = prefix.match(/[^/]*\/|[^/]+$/g) ?? [];
  let so = "";
  return parts.map((label) => ({ label, prefix: (so += label) }));
}
