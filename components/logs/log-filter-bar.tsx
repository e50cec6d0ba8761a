"use client";
import { useQuery } from "@tanstack/react-query";
import { AddressChip, FilterBar, SinceChip } from "@/components/live/filters/filter-bar";
import { TypedFilter } from "@/components/live/filters/typed-filter";
import { logFilters } from "@/components/logs/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { names } from "@/lib/client/names";
import type { LogFilters } from "@/lib/logs/schema";

const levels = (["debug", "info", "warn", "error", "fatal"] as const).map((value) => ({
  value,
  label: value === "fatal" ? "fatal" : `${value} and above`,
}));

const sources = [
  { value: "service", label: "Written" },
  { value: "gateway", label: "Gateway" },
] as const;

export interface LogFilterBarProps {
  filters: LogFilters;
  /** Time is asked of what is stored, not of what arrives. */
  stored: boolean;
}

/** Narrows the log. */
export function LogFilterBar({ filters, stored }: LogFilterBarProps) {
  const { go } = useAddressBar();
  const services = useQuery(names.services());
  const serviceOptions = (services.data?.items ?? []).map(({ slug }) => ({ value: slug, label: slug }));
  const search = (q: string) => {
    go({ q });
    return q;
  };
  return (
    <FilterBar noFilters={logFilters.cleared(filters)}>
      <TypedFilter
        label="Search messages"
        placeholder="Text in the message"
        maxLength={200}
        text={filters.q ?? ""}
        onApply={search}
      />
      <AddressChip name="level" label="Level" options={levels} filters={filters} />
      <AddressChip name="service" label="Service" options={serviceOptions} filters={filters} />
      <AddressChip name="source" label="Source" options={sources} filters={filters} />
      {filters.traceId !== undefined && (
        <AddressChip name="traceId" label="Trace" options={[]} filters={filters} />
      )}
      {stored && <SinceChip from={filters.from} />}
    </FilterBar>
  );
}
