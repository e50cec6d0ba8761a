"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ListSearch } from "@/components/lists/list-search";
import { stateLooks } from "@/components/matrix/cell/words";
import { useAddressBar } from "@/components/shell/address-bar";
import { Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { Shape } from "@/components/ui/words/shapes";
import type { StreamState } from "@/lib/client/records/event-stream";
import type { MatrixFilters } from "@/lib/client/rules/matrix";
import { names } from "@/lib/client/names";

const stateOptions = (["allowed", "conditional", "denied"] as const).map((value) => ({
  value,
  label: stateLooks[value].word,
}));
const statusOptions = [{ value: "all", label: "revoked and expired too" }] as const;

export interface MatrixToolbarProps {
  filters: MatrixFilters;
  live: StreamState;
  /** The ruleset version that is shown. */
  version: number | undefined;
}

/** Search and filters, which stand in the address, and whether what is shown is live. */
export function MatrixToolbar({ filters, live, version }: MatrixToolbarProps) {
  const { go, amend } = useAddressBar();
  // Names to choose from are read when somebody comes near; until then the page is lighter without them.
  const [isNear, setNear] = useState(false);
  const enabled = isNear || filters.customer !== undefined;
  const customers = useQuery({ ...names.customers(), enabled });
  const rules = useQuery({ ...names.rules(), enabled });
  return (
    <div onPointerEnter={() => setNear(true)} onFocus={() => setNear(true)}>
      <Toolbar>
        <ListSearch
          label="Find a credential or service"
          placeholder="Find a credential or service"
          q={filters.q ?? ""}
          onSearch={(q) => amend({ q })}
        />
        {filters.credential !== undefined && (
          <FilterChip
            label="Credential"
            options={[]}
            value={filters.credential}
            onChange={() => go({ credential: null })}
          />
        )}
        {filters.service !== undefined && (
          <FilterChip
            label="Service"
            options={[]}
            value={filters.service}
            onChange={() => go({ service: null })}
          />
        )}
        <FilterChip
          label="Customer"
          options={(customers.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={filters.customer ?? null}
          onChange={(customer) => go({ customer })}
        />
        <FilterChip
          label="Rule"
          options={(rules.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))}
          value={filters.rule ?? null}
          onChange={(rule) => go({ rule })}
        />
        <FilterChip
          label="State"
          options={stateOptions}
          value={filters.state ?? null}
          onChange={(state) => go({ state })}
        />
        <FilterChip
          label="Keys"
          options={statusOptions}
          value={filters.status ?? null}
          onChange={(status) => go({ status })}
        />
        <span className="grow" />
        <span className="mx-live small muted row nowrap" role="status">
          {live === "live" && <i className="live" />}
          {liveWords[live]}
          {version !== undefined && `, v${version.toLocaleString("en")}`}
        </span>
      </Toolbar>
    </div>
  );
}

const liveWords: Record<StreamState, string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  lost: "Not live",
};

/** What the shapes mean. */
export function MatrixLegend() {
  return (
    <span className="legend mx-legend">
      <span className="t-allow">
        <Shape name="allow" />
        <span>Always allowed</span>
      </span>
      <span className="mx-condi">
        <Shape name="conditional" />
        <span>Conditional</span>
      </span>
      <span className="t-deny">
        <Shape name="deny" />
        <span>Always denied</span>
      </span>
      <span>
        <Shape name="service-default" />
        <span>Service default</span>
      </span>
    </span>
  );
}
