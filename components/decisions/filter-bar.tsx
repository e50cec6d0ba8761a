"use client";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { noFilters, readTyped } from "@/components/decisions/filters";
import { sourceOptions } from "@/components/decisions/sources";
import { useCredentialOptions } from "@/components/lists/use-credential-options";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/form/input";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { Toolbar } from "@/components/ui/table/data-table";
import { momentText } from "@/components/ui/words/when";
import { names as known } from "@/lib/client/names";
import type { DecisionFilters } from "@/lib/events/schema";

const verdicts = [
  { value: "allow", label: "allow" },
  { value: "deny", label: "deny" },
  { value: "limited", label: "limited" },
] as const;

const classes = (["2xx", "3xx", "4xx", "5xx"] as const).map((value) => ({ value, label: value }));

const spans = [
  { value: "15", label: "Last 15 min" },
  { value: "60", label: "Last hour" },
  { value: "1440", label: "Last 24 h" },
  { value: "10080", label: "Last 7 d" },
  { value: "43200", label: "Last 30 d" },
] as const;

/** The names that the chips offer; a chip whose list may not be read still shows what the address says. */
function useNames() {
  const keyList = useQuery(known.credentials());
  const serviceList = useQuery(known.services());
  const ruleList = useQuery(known.rules());
  return {
    credentials: (keyList.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    services: (serviceList.data?.items ?? []).map(({ slug }) => ({ value: slug, label: slug })),
    rules: (ruleList.data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
  };
}

function Field({ text }: { text: string }) {
  const { go } = useAddressBar();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  useShortcut("/", () => field.current?.focus());
  const apply = () => {
    if (typed === text) return;
    const change = readTyped(typed);
    setTyped(change.q ?? "");
    go(change);
  };
  return (
    <SearchInput
      ref={field}
      label="Filter decisions"
      hint="/"
      placeholder="verdict:deny service:payments"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
      onBlur={apply}
    />
  );
}

export interface FilterBarProps {
  filters: DecisionFilters;
  /** Status class and time are asked of what is stored, not of what arrives. */
  stored: boolean;
}

/** Narrows decisions; everything stands in the address bar. */
export function FilterBar({ filters, stored }: FilterBarProps) {
  const { go } = useAddressBar();
  const names = useNames();
  const credentials = useCredentialOptions(names.credentials, filters.credential ?? null);
  const isFiltered = Object.keys(filters).length > 0;
  const since = filters.from === undefined ? null : `since ${momentText(filters.from)}`;
  const setSince = (minutes: string | null) =>
    go({
      from: minutes === null ? null : new Date(Date.now() - Number(minutes) * 60_000).toISOString(),
      to: null,
    });
  return (
    <Toolbar>
      <Field key={filters.q ?? ""} text={filters.q ?? ""} />
      <FilterChip
        label="Verdict"
        options={verdicts}
        value={filters.verdict ?? null}
        onChange={(verdict) => go({ verdict })}
      />
      <FilterChip
        label="Credential"
        options={credentials}
        value={filters.credential ?? null}
        onChange={(credential) => go({ credential })}
      />
      <FilterChip
        label="Service"
        options={names.services}
        value={filters.service ?? null}
        onChange={(service) => go({ service })}
      />
      <FilterChip
        label="Rule"
        options={names.rules}
        value={filters.rule ?? null}
        onChange={(rule) => go({ rule })}
      />
      <FilterChip
        label="Status"
        options={classes}
        value={filters.status ?? null}
        onChange={(status) => go({ status })}
      />
      <FilterChip
        label="Asked by"
        options={sourceOptions}
        value={filters.source ?? null}
        onChange={(source) => go({ source })}
      />
      {stored && <FilterChip label="Time" options={spans} value={since} onChange={setSince} />}
      {isFiltered && (
        <Button kind="ghost" size={28} onClick={() => go(noFilters)}>
          Clear
        </Button>
      )}
    </Toolbar>
  );
}
