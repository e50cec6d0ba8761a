"use client";
import { useQuery } from "@tanstack/react-query";
import { groups } from "@/components/events/event-words";
import { eventFilters } from "@/components/events/filters";
import { AddressChip, FilterBar, SinceChip } from "@/components/live/filters/filter-bar";
import { TypedFilter } from "@/components/live/filters/typed-filter";
import { useAddressBar } from "@/components/shell/address-bar";
import { useSide } from "@/components/shell/side";
import { names } from "@/lib/client/names";
import type { EventFilters as Filters } from "@/lib/events/schema";

export interface EventFiltersProps {
  filters: Filters;
  /** Time is asked of what is stored, not of what arrives. */
  stored: boolean;
}

/** Narrows events. */
export function EventFilters({ filters, stored }: EventFiltersProps) {
  const { go } = useAddressBar();
  const side = useSide();
  const customers = useQuery({ ...names.customers(), enabled: side === "workspace" });
  const options = (customers.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const seek = (subject: string) => {
    go({ subject });
    return subject;
  };
  return (
    <FilterBar noFilters={eventFilters.cleared(filters)}>
      <TypedFilter
        label="Id of what it is about"
        placeholder="key_… or another id"
        maxLength={100}
        text={filters.subject ?? ""}
        onApply={seek}
      />
      <AddressChip name="type" label="Type" options={groups} filters={filters} />
      {side === "workspace" && (
        <AddressChip name="customer" label="Customer" options={options} filters={filters} />
      )}
      {filters.credential !== undefined && (
        <AddressChip name="credential" label="Credential" options={[]} filters={filters} />
      )}
      {stored && <SinceChip from={filters.from} />}
    </FilterBar>
  );
}
