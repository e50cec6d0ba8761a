"use client";
import { auditFilters, readTyped, rooms } from "@/components/audit/filters";
import { AddressChip, FilterBar as Bar, SinceChip } from "@/components/live/filters/filter-bar";
import { TypedFilter } from "@/components/live/filters/typed-filter";
import { useAddressBar } from "@/components/shell/address-bar";
import type { AuditEntry, AuditFilters } from "@/lib/events/schema";

/** Who acted among the rows that are shown, for the chip. */
function actorsOf(rows: readonly AuditEntry[]) {
  const byId = new Map(rows.map(({ actor }) => [actor.id, actor.label]));
  return [...byId].map(([value, label]) => ({ value, label }));
}

export interface FilterBarProps {
  filters: AuditFilters;
  rows: readonly AuditEntry[];
}

/** Chips that are there only while they filter: what they say is typed, or taken from an entry. */
const asked = [
  { name: "subject", label: "Subject" },
  { name: "address", label: "From" },
  { name: "reason", label: "Reason" },
  { name: "prefix", label: "Prefix" },
] as const;

/** Narrows the trail. */
export function FilterBar({ filters, rows }: FilterBarProps) {
  const { go } = useAddressBar();
  const apply = (typed: string) => {
    go({ ...readTyped(typed), open: null });
    return "";
  };
  return (
    <Bar noFilters={auditFilters.cleared(filters)}>
      <TypedFilter
        label="Filter the trail"
        placeholder="keys.revoke, an id, or actor:…"
        maxLength={500}
        text=""
        onApply={apply}
      />
      <AddressChip name="action" label="Action" options={rooms} filters={filters} />
      <AddressChip name="actor" label="Actor" options={actorsOf(rows)} filters={filters} />
      {asked.map(
        ({ name, label }) =>
          filters[name] !== undefined && (
            <AddressChip key={name} name={name} label={label} options={[]} filters={filters} />
          ),
      )}
      <SinceChip from={filters.from} />
    </Bar>
  );
}
