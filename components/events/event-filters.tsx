"use client";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { groups } from "@/components/events/event-words";
import { noFilters } from "@/components/events/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";
import { useSide } from "@/components/shell/side";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/form/input";
import { Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { momentText } from "@/components/ui/words/when";
import { names } from "@/lib/client/names";
import type { EventFilters as Filters } from "@/lib/events/schema";

const spans = [
  { value: "15", label: "Last 15 min" },
  { value: "60", label: "Last hour" },
  { value: "1440", label: "Last 24 h" },
  { value: "10080", label: "Last 7 d" },
] as const;

function SubjectField({ subject }: { subject: string }) {
  const { go } = useAddressBar();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(subject);
  useShortcut("/", () => field.current?.focus());
  const apply = () => {
    if (typed.trim() !== subject) go({ subject: typed.trim() || null });
  };
  return (
    <SearchInput
      ref={field}
      label="Id of what it is about"
      hint="/"
      placeholder="key_… or another id"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
      onBlur={apply}
    />
  );
}

export interface EventFiltersProps {
  filters: Filters;
  /** Time is asked of what is stored, not of what arrives. */
  stored: boolean;
}

/** Narrows events; everything stands in the address bar. */
export function EventFilters({ filters, stored }: EventFiltersProps) {
  const { go } = useAddressBar();
  const side = useSide();
  const customers = useQuery({ ...names.customers(), enabled: side === "workspace" });
  const options = (customers.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const since = filters.from === undefined ? null : `since ${momentText(filters.from)}`;
  const setSince = (minutes: string | null) =>
    go({
      from: minutes === null ? null : new Date(Date.now() - Number(minutes) * 60_000).toISOString(),
      to: null,
    });
  return (
    <Toolbar>
      <SubjectField key={filters.subject ?? ""} subject={filters.subject ?? ""} />
      <FilterChip
        label="Type"
        options={groups}
        value={filters.type ?? null}
        onChange={(type) => go({ type })}
      />
      {side === "workspace" && (
        <FilterChip
          label="Customer"
          options={options}
          value={filters.customer ?? null}
          onChange={(customer) => go({ customer })}
        />
      )}
      {filters.credential !== undefined && (
        <FilterChip
          label="Credential"
          options={[]}
          value={filters.credential}
          onChange={(credential) => go({ credential })}
        />
      )}
      {stored && <FilterChip label="Time" options={spans} value={since} onChange={setSince} />}
      {Object.keys(filters).length > 0 && (
        <Button kind="ghost" size={28} onClick={() => go(noFilters)}>
          Clear
        </Button>
      )}
    </Toolbar>
  );
}
