"use client";
import type { RefObject } from "react";
import { useShortcut } from "@/components/shell/shortcuts";

/** What the letters do in the table of keys. */
export interface RowKeys {
  /** Where the rows are; each carries its key's id as `data-key` and one link. */
  table: RefObject<HTMLElement | null>;
  search: RefObject<HTMLInputElement | null>;
  onToggle: (keyId: string) => void;
  onRotate: (keyId: string) => void;
  onClear: () => void;
}

function rowsOf(table: HTMLElement | null): HTMLElement[] {
  return [...(table?.querySelectorAll<HTMLElement>("tr[data-key]") ?? [])];
}

/** The row that has the keyboard. */
function currentRow(table: HTMLElement | null): HTMLElement | undefined {
  return rowsOf(table).find((row) => row.contains(document.activeElement));
}

function move(table: HTMLElement | null, by: 1 | -1): void {
  const rows = rowsOf(table);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
  next?.querySelector<HTMLElement>("a")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** J and K move, X selects, R rotates, / searches, Esc lets go. */
export function useRowKeys({ table, search, onToggle, onRotate, onClear }: RowKeys): void {
  const withCurrent = (act: (keyId: string) => void) => () => {
    const id = currentRow(table.current)?.dataset["key"];
    if (id !== undefined) act(id);
  };
  useShortcut("j", () => move(table.current, 1));
  useShortcut("k", () => move(table.current, -1));
  useShortcut("x", withCurrent(onToggle));
  useShortcut("r", withCurrent(onRotate));
  useShortcut("/", () => search.current?.focus());
  useShortcut("escape", onClear);
}
