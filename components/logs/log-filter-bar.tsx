"use client";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { noFilters } from "@/components/logs/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/form/input";
import { Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { momentText } from "@/components/ui/words/when";
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

const spans = [
  { value: "15", label: "Last 15 min" },
  { value: "60", label: "Last hour" },
  { value: "1440", label: "Last 24 h" },
  { value: "10080", label: "Last 7 d" },
] as const;

function Search({ text }: { text: string }) {
  const { go } = useAddressBar();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  useShortcut("/", () => field.current?.focus());
  const apply = () => {
    if (typed.trim() !== text) go({ q: typed.trim() });
  };
  return (
    <SearchInput
      ref={field}
      label="Search messages"
      hint="/"
      placeholder="Text in the message"
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
      onBlur={apply}
    />
  );
}

export interface LogFilterBarProps {
  filters: LogFilters;
  /** Time is asked of what is stored, not of what arrives. */
  stored: boolean;
}

/** Narrows the log; everything stands in the address bar. */
export function LogFilterBar({ filters, stored }: LogFilterBarProps) {
  const { go } = useAddressBar();
  const services = useQuery(names.services());
  const since = filters.from === undefined ? null : `since ${momentText(filters.from)}`;
  const traces = filters.traceId === undefined ? [] : [{ value: filters.traceId, label: filters.traceId }];
  return (
    <Toolbar>
      <Search key={filters.q ?? ""} text={filters.q ?? ""} />
      <FilterChip
        label="Level"
        options={levels}
        value={filters.level ?? null}
        onChange={(level) => go({ level })}
      />
      <FilterChip
        label="Service"
        options={(services.data?.items ?? []).map(({ slug }) => ({ value: slug, label: slug }))}
        value={filters.service ?? null}
        onChange={(service) => go({ service })}
      />
      <FilterChip
        label="Source"
        options={sources}
        value={filters.source ?? null}
        onChange={(source) => go({ source })}
      />
      {traces.length > 0 && (
        <FilterChip
          label="Trace"
          options={traces}
          value={filters.traceId ?? null}
          onChange={(traceId) => go({ traceId })}
        />
      )}
      {stored && (
        <FilterChip
          label="Time"
          options={spans}
          value={since}
          onChange={(minutes) =>
            go({
              from: minutes === null ? null : new Date(Date.now() - Number(minutes) * 60_000).toISOString(),
              to: null,
            })
          }
        />
      )}
      {Object.keys(filters).length > 0 && (
        <Button kind="ghost" size={28} onClick={() => go(noFilters)}>
          Clear
        </Button>
      )}
    </Toolbar>
  );
}
