"use client";
import { useQuery } from "@tanstack/react-query";
import { decisionFilters, readTyped } from "@/components/decisions/filters";
import { sourceOptions } from "@/components/decisions/sources";
import { useCredentialOptions } from "@/components/lists/use-credential-options";
import { AddressChip, FilterBar as Bar, SinceChip } from "@/components/live/filters/filter-bar";
import { TypedFilter } from "@/components/live/filters/typed-filter";
import { useAddressBar } from "@/components/shell/address-bar";
import { useSide } from "@/components/shell/side";
import { names as known } from "@/lib/client/names";
import type { DecisionFilters } from "@/lib/events/schema";

const verdicts = [
  { value: "allow", label: "allow" },
  { value: "deny", label: "deny" },
  { value: "limited", label: "limited" },
] as const;

const classes = (["2xx", "3xx", "4xx", "5xx"] as const).map((value) => ({ value, label: value }));

/** The names that the chips offer. A customer has no list of services and rules, so it is not asked for. */
function useNames(isProvider: boolean) {
  const keyList = useQuery(known.credentials());
  const serviceList = useQuery({ ...known.services(), enabled: isProvider });
  const ruleList = useQuery({ ...known.rules(), enabled: isProvider });
  return {
    credentials: (keyList.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    services: (serviceList.data?.items ?? []).map(({ slug }) => ({ value: slug, label: slug })),
    rules: (ruleList.data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
  };
}

export interface FilterBarProps {
  filters: DecisionFilters;
  /** Time is asked of what is stored, not of what arrives. */
  stored: boolean;
}

/** Narrows decisions. */
export function FilterBar({ filters, stored }: FilterBarProps) {
  const { go } = useAddressBar();
  const isProvider = useSide() === "workspace";
  const names = useNames(isProvider);
  const credentials = useCredentialOptions(names.credentials, filters.credential ?? null);
  const apply = (typed: string) => {
    const change = readTyped(typed);
    go(change);
    return change["q"] ?? "";
  };
  return (
    <Bar noFilters={decisionFilters.cleared(filters)}>
      <TypedFilter
        label="Filter decisions"
        placeholder="verdict:deny service:payments"
        maxLength={2_048}
        text={filters.q ?? ""}
        onApply={apply}
      />
      <AddressChip name="verdict" label="Verdict" options={verdicts} filters={filters} />
      <AddressChip name="credential" label="Credential" options={credentials} filters={filters} />
      {(isProvider || filters.service !== undefined) && (
        <AddressChip name="service" label="Service" options={names.services} filters={filters} />
      )}
      {(isProvider || filters.rule !== undefined) && (
        <AddressChip name="rule" label="Rule" options={names.rules} filters={filters} />
      )}
      <AddressChip name="status" label="Status" options={classes} filters={filters} />
      <AddressChip name="source" label="Asked by" options={sourceOptions} filters={filters} />
      {stored && <SinceChip from={filters.from} />}
    </Bar>
  );
}
