"use client";
import { useRef, useState } from "react";
import { noFilters, readTyped, rooms } from "@/components/audit/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/form/input";
import { Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { momentText } from "@/components/ui/words/when";
import type { AuditEntry, AuditFilters } from "@/lib/events/schema";

const spans = [
  { value: "60", label: "Last hour" },
  { value: "1440", label: "Last 24 h" },
  { value: "10080", label: "Last 7 d" },
  { value: "43200", label: "Last 30 d" },
] as const;

function TypedFilter() {
  const { go } = useAddressBar();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  useShortcut("/", () => field.current?.focus());
  const apply = () => {
    if (typed.trim() === "") return;
    go({ ...readTyped(typed), open: null });
    setTyped("");
  };
  return (
    <SearchInput
      ref={field}
      label="Filter the trail"
      hint="/"
      placeholder="keys.revoke, an id, or actor:…"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
    />
  );
}

/** Who acted among the rows that are shown, for the chip. */
function actorsOf(rows: readonly AuditEntry[]) {
  const byId = new Map(rows.map(({ actor }) => [actor.id, actor.label]));
  return [...byId].map(([value, label]) => ({ value, label }));
}

export interface FilterBarProps {
  filters: AuditFilters;
  rows: readonly AuditEntry[];
}

/** Narrows the trail; everything stands in the address bar. */
export function FilterBar({ filters, rows }: FilterBarProps) {
  const { go } = useAddressBar();
  const since = filters.from === undefined ? null : `since ${momentText(filters.from)}`;
  const setSince = (minutes: string | null) =>
    go({
      from: minutes === null ? null : new Date(Date.now() - Number(minutes) * 60_000).toISOString(),
      to: null,
    });
  return (
    <Toolbar>
      <TypedFilter />
      <FilterChip
        label="Action"
        options={rooms}
        value={filters.action ?? null}
        onChange={(action) => go({ action })}
      />
      <FilterChip
        label="Actor"
        options={actorsOf(rows)}
        value={filters.actor ?? null}
        onChange={(actor) => go({ actor })}
      />
      {filters.subject !== undefined && (
        <FilterChip
          label="Subject"
          options={[]}
          value={filters.subject}
          onChange={(subject) => go({ subject })}
        />
      )}
      {filters.address !== undefined && (
        <FilterChip
          label="From"
          options={[]}
          value={filters.address}
          onChange={(address) => go({ address })}
        />
      )}
      <FilterChip label="Time" options={spans} value={since} onChange={setSince} />
      {Object.keys(filters).length > 0 && (
        <Button kind="ghost" size={28} onClick={() => go(noFilters)}>
          Clear
        </Button>
      )}
    </Toolbar>
  );
}
