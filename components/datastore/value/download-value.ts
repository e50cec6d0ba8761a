import type { HeldValue } from "@/lib/client/datastore";

/** Gives a value to the browser to keep, as bytes that it does not open. */
export function downloadValue(key: string, { bytes }: HeldValue): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = key.slice(key.lastIndexOf("/") + 1) || "value";
  link.click();
  URL.revokeObjectURL(address);
}
