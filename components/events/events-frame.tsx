"use client";
import type { ReactNode } from "react";
import { EventFilters } from "@/components/events/event-filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { EventFilters as Filters } from "@/lib/events/schema";

const views = [
  { value: "live", label: "Live" },
  { value: "history", label: "History" },
] as const;

export interface EventsFrameProps {
  view: "live" | "history";
  filters: Filters;
  facts?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** Head, filters and the rows. */
export function EventsFrame({ view, filters, facts, actions, children }: EventsFrameProps) {
  const { go } = useAddressBar();
  const change = (next: (typeof views)[number]["value"]) =>
    go({ view: next === "history" ? next : null, open: null });
  return (
    <Page layout="flush">
      <PageHead
        title="Events"
        facts={facts}
        actions={
          <>
            <SegmentedControl label="View" options={views} value={view} onChange={change} />
            {actions}
          </>
        }
      />
      <div className="dec alone">
        <div className="dec-main">
          <EventFilters filters={filters} stored={view === "history"} />
          {children}
        </div>
      </div>
    </Page>
  );
}
