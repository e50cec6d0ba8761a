"use client";
import { lazy, type ReactNode, Suspense } from "react";
import { FilterBar } from "@/components/decisions/filter-bar";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { useShortcut } from "@/components/shell/shortcuts";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { Decision, DecisionFilters } from "@/lib/events/schema";

/** Fetched with the first row that is opened. */
const Trace = lazy(async () => ({ default: (await import("@/components/decisions/trace")).Trace }));

const views = [
  { value: "tail", label: "Tail" },
  { value: "history", label: "History" },
] as const;

export interface DecisionsFrameProps {
  view: "tail" | "history";
  filters: DecisionFilters;
  facts?: ReactNode;
  actions?: ReactNode;
  /** Between head and filters: the counters of a tail. */
  above?: ReactNode;
  rows: readonly Decision[];
  children: ReactNode;
}

/** Head, filters, the rows, and beside them the trace of the one that is open. */
export function DecisionsFrame({
  view,
  filters,
  facts,
  actions,
  above,
  rows,
  children,
}: DecisionsFrameProps) {
  const { search, go, amend } = useAddressBar();
  const openId = search.get("open");
  const change = (next: (typeof views)[number]["value"]) =>
    go({ view: next === "history" ? next : null, open: null });
  return (
    <Page layout="flush">
      <PageHead
        title="Decisions"
        facts={facts}
        actions={
          <>
            <SegmentedControl label="View" options={views} value={view} onChange={change} />
            {actions}
          </>
        }
      />
      <div className={openId === null ? "dec alone" : "dec"}>
        <div className="dec-main">
          {above}
          <FilterBar filters={filters} stored={view === "history"} />
          {children}
        </div>
        {openId !== null && <OpenTrace id={openId} rows={rows} onOpen={(id) => amend({ open: id })} />}
      </div>
    </Page>
  );
}

function OpenTrace({
  id,
  rows,
  onOpen,
}: {
  id: string;
  rows: readonly Decision[];
  onOpen: (id: string | null) => void;
}) {
  const at = rows.findIndex((row) => row.id === id);
  const previous = at < 0 ? undefined : rows[at - 1]?.id;
  const next = at < 0 ? undefined : rows[at + 1]?.id;
  const step = (to: string | undefined) => {
    if (to !== undefined) onOpen(to);
  };
  useShortcut("arrowup", () => step(previous));
  useShortcut("arrowdown", () => step(next));
  useShortcut("escape", () => onOpen(null));
  return (
    <Suspense fallback={<aside className="trace" aria-label="Explain" />}>
      <Trace
        id={id}
        known={rows[at]}
        onPrevious={previous === undefined ? undefined : () => onOpen(previous)}
        onNext={next === undefined ? undefined : () => onOpen(next)}
        onClose={() => onOpen(null)}
      />
    </Suspense>
  );
}
