"use client";
import { type RefObject, useEffect, useRef, useState } from "react";
import type { KeyFacets } from "@/components/keys/list/facets";
import type { FilterName, ListState } from "@/components/keys/list/list-state";
import { useSide } from "@/components/shell/side";
import { SearchInput } from "@/components/ui/form/input";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { Toolbar } from "@/components/ui/table/data-table";

const afterTypingMs = 200;

const statuses = [
  { value: "active", label: "active" },
  { value: "rotating", label: "in overlap" },
  { value: "disabled", label: "disabled" },
  { value: "revoked", label: "revoked" },
  { value: "expired", label: "expired" },
] as const;
const environments = [
  { value: "live", label: "live" },
  { value: "test", label: "test" },
] as const;
const lastUses = [
  { value: "24h", label: "in 24 h" },
  { value: "7d", label: "in 7 d" },
  { value: "30d", label: "in 30 d" },
  { value: "not-30d", label: "not in 30 d" },
  { value: "never", label: "never" },
] as const;

export interface KeyToolbarProps {
  state: ListState;
  facets: KeyFacets;
  searchRef: RefObject<HTMLInputElement | null>;
  onSearch: (q: string) => void;
  onFilter: (name: FilterName, value: string | null) => void;
  /** Somebody is about to choose a filter. */
  onWanted: () => void;
}

/** The search field: what is typed now, sent on when typing rests, and what the address says when that changes. */
function Search({
  q,
  searchRef,
  onSearch,
}: {
  q: string;
  searchRef: RefObject<HTMLInputElement | null>;
  onSearch: (q: string) => void;
}) {
  const [typed, setTyped] = useState<{ text: string; base: string }>({ text: q, base: q });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const text = typed.base === q || typed.text.trim() === q.trim() ? typed.text : q;
  const type = (next: string) => {
    setTyped({ text: next, base: q });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next), afterTypingMs);
  };
  return (
    <SearchInput
      ref={searchRef}
      label="Search keys"
      hint="/"
      placeholder="Search name, id, last four or label"
      value={text}
      maxLength={200}
      onChange={(event) => type(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}

/** Search and filters above the table; all of it stands in the address. */
export function KeyToolbar({ state, facets, searchRef, onSearch, onFilter, onWanted }: KeyToolbarProps) {
  const known = (value: string | null, options: readonly { value: string; label: string }[]) =>
    value === null || options.some((option) => option.value === value)
      ? options
      : [...options, { value, label: value }];
  const isProvider = useSide() === "workspace";
  const customers = known(
    state.customer,
    facets.customers.map(({ id, name }) => ({ value: id, label: name })),
  );
  const scopes = known(
    state.scope,
    facets.scopes.map((scope) => ({ value: scope, label: scope })),
  );
  return (
    <Toolbar>
      <Search q={state.q} searchRef={searchRef} onSearch={onSearch} />
      <div className="contents" onPointerEnter={onWanted} onPointerOver={onWanted} onFocus={onWanted}>
        <FilterChip
          label="Status"
          options={statuses}
          value={state.status}
          onChange={(value) => onFilter("status", value)}
        />
        <FilterChip
          label="Environment"
          options={environments}
          value={state.environment}
          onChange={(value) => onFilter("environment", value)}
        />
        {isProvider && customers.length > 0 && (
          <FilterChip
            label="Customer"
            options={customers}
            value={state.customer}
            onChange={(value) => onFilter("customer", value)}
          />
        )}
        {scopes.length > 0 && (
          <FilterChip
            label="Scope"
            options={scopes}
            value={state.scope}
            onChange={(value) => onFilter("scope", value)}
          />
        )}
        <FilterChip
          label="Last used"
          options={lastUses}
          value={state.lastUsed}
          onChange={(value) => onFilter("lastUsed", value)}
        />
      </div>
      <span className="grow" />
      <span className="legend">
        <span>
          <i className="sw ok" />
          Ok
        </span>
        <span>
          <i className="sw denied" />
          Denied or failed
        </span>
      </span>
    </Toolbar>
  );
}
