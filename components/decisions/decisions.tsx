"use client";
import { History } from "@/components/decisions/history";
import { LiveTail } from "@/components/decisions/live-tail";
import { shownFilters } from "@/components/decisions/filters";
import { useAddressBar } from "@/components/shell/address-bar";

export interface DecisionsProps {
  /** A call that can be pasted, for those who wait for the first decision. */
  testCall: string;
}

/** What was decided: as it happens, and as it was. Row, filters and view stand in the address bar. */
export function Decisions({ testCall }: DecisionsProps) {
  const { search } = useAddressBar();
  const filters = shownFilters(search);
  const key = JSON.stringify(filters);
  if (search.get("view") === "history") return <History key={key} filters={filters} />;
  return <LiveTail key={key} filters={filters} testCall={testCall} />;
}
