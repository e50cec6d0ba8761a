"use client";
import type { ReactNode } from "react";
import { type SearchChange, useAddressBar } from "@/components/shell/address-bar";
import { Button } from "@/components/ui/button";
import { Toolbar } from "@/components/ui/table/data-table";
import { FilterChip, type FilterChipProps } from "@/components/ui/table/filter-chip";
import { momentText } from "@/components/ui/words/when";

export interface FilterBarProps {
  /** The address change that takes every filter away; null while there is none. */
  noFilters: SearchChange | null;
  /** A field and chips. */
  children: ReactNode;
}

/** Narrows records; everything stands in the address bar. */
export function FilterBar({ noFilters, children }: FilterBarProps) {
  const { go } = useAddressBar();
  return (
    <Toolbar>
      {children}
      {noFilters !== null && (
        <Button kind="ghost" size={28} onClick={() => go(noFilters)}>
          Clear
        </Button>
      )}
    </Toolbar>
  );
}

export interface AddressChipProps<Name extends string> extends Pick<FilterChipProps, "label" | "options"> {
  /** Name in the address. */
  name: Name;
  filters: Readonly<Partial<Record<Name, string | undefined>>>;
}

/** A chip for one filter of the address. */
export function AddressChip<Name extends string>({ name, filters, label, options }: AddressChipProps<Name>) {
  const { go } = useAddressBar();
  return (
    <FilterChip
      label={label}
      options={options}
      value={filters[name] ?? null}
      onChange={(value) => go({ [name]: value })}
    />
  );
}

const spans = [
  { value: "15", label: "Last 15 min" },
  { value: "60", label: "Last hour" },
  { value: "1440", label: "Last 24 h" },
  { value: "10080", label: "Last 7 d" },
  { value: "43200", label: "Last 30 d" },
] as const;

/** A chip for how far back history goes. */
export function SinceChip({ from }: { from: string | undefined }) {
  const { go } = useAddressBar();
  const setSince = (minutes: string | null) =>
    go({
      from: minutes === null ? null : new Date(Date.now() - Number(minutes) * 60_000).toISOString(),
      to: null,
    });
  return (
    <FilterChip
      label="Time"
      options={spans}
      value={from === undefined ? null : `since ${momentText(from)}`}
      onChange={setSince}
    />
  );
}
