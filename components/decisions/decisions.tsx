"use client";
import { lazy, Suspense } from "react";
import { Counters } from "@/components/decisions/counters";
import { DecisionTable } from "@/components/decisions/decision-row";
import { FilterBar } from "@/components/decisions/filter-bar";
import { decisionFilters } from "@/components/decisions/filters";
import { Records } from "@/components/live/records";
import { useAddressBar } from "@/components/shell/address-bar";
import { useMayOpen } from "@/components/shell/side";
import { Button, ButtonLink } from "@/components/ui/button";
import { useCopy } from "@/components/ui/copy-button";
import { decisions } from "@/lib/client/records/decisions";

/** Fetched with the first row that is opened. */
const Trace = lazy(async () => ({ default: (await import("@/components/decisions/trace")).Trace }));

const words = { title: "Decisions", one: "decision", many: "decisions" } as const;

export interface DecisionsProps {
  /** A call that can be pasted, for those who wait for the first decision. */
  testCall: string;
}

/** What was decided: as it happens, and as it was. Row, filters and view stand in the address bar. */
export function Decisions({ testCall }: DecisionsProps) {
  const { search } = useAddressBar();
  const filters = decisionFilters.shown(search);
  const mayStart = useMayOpen()("/start");
  return (
    <Records
      words={words}
      list={decisions.list(filters)}
      live={(shown) => decisions.live(filters, shown)}
      timeOf={({ at }) => at}
      noFilters={decisionFilters.cleared(filters)}
      above={(isPaused) => <Counters still={isPaused} />}
      filterBar={(isStored) => <FilterBar filters={filters} stored={isStored} />}
      table={(shown) => <DecisionTable label="Decisions, newest first" {...shown} />}
      detail={(open) => (
        <Suspense fallback={<aside className="detail" aria-label="Explain" />}>
          <Trace {...open} />
        </Suspense>
      )}
      waiting={{
        text: "The next call appears here, allowed or not. Nothing has been called yet.",
        actions: mayStart ? <CopyCall call={testCall} /> : undefined,
      }}
      first={{
        text: "Every call through the gateway leaves one, allowed or not.",
        actions: mayStart ? <ButtonLink href="/start">Make a first call</ButtonLink> : undefined,
      }}
    />
  );
}

function CopyCall({ call }: { call: string }) {
  const { copied, copy } = useCopy();
  return <Button onClick={() => void copy(call)}>{copied ? "Copied" : "Copy a test call"}</Button>;
}
