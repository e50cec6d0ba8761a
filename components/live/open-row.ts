"use client";
import { useState } from "react";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";

/** The row that the address says lies open, and the ways from it. */
export interface OpenRow<Row> {
  id: string;
  /** Undefined where the list does not hold it. */
  row: Row | undefined;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  onClose: () => void;
}

/** Null while none is open. One that a live list let go meanwhile stays open. */
export function useOpenRow<Row extends { id: string }>(rows: readonly Row[]): OpenRow<Row> | null {
  const { search, amend } = useAddressBar();
  const [kept, setKept] = useState<Row | null>(null);
  const id = search.get("open");
  if (id === null) return null;
  const at = rows.findIndex((row) => row.id === id);
  const found = rows[at];
  if (found !== undefined && found !== kept) setKept(found);
  const step = (to: Row | undefined) => (to === undefined ? undefined : () => amend({ open: to.id }));
  return {
    id,
    row: found ?? (kept?.id === id ? kept : undefined),
    onPrevious: at < 0 ? undefined : step(rows[at - 1]),
    onNext: at < 0 ? undefined : step(rows[at + 1]),
    onClose: () => amend({ open: null }),
  };
}

/** Arrow keys go from the open row to its neighbours, Escape closes it. Draws nothing. */
export function OpenRowKeys({ onPrevious, onNext, onClose }: Omit<OpenRow<unknown>, "id" | "row">): null {
  useShortcut("arrowup", () => onPrevious?.());
  useShortcut("arrowdown", () => onNext?.());
  useShortcut("escape", onClose);
  return null;
}
