"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { EventTable } from "@/components/events/event-row";
import { createEventTail, type EventTailView } from "@/components/events/event-tail";
import { EventsFrame } from "@/components/events/events-frame";
import { noFilters } from "@/components/events/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";
import { QueryProblem } from "@/components/states/query-problem";
import { Listening, LoadingRows, StreamLost } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { clockText } from "@/components/ui/words/when";
import { events } from "@/lib/client/records/events";
import type { CloudEvent, EventFilters } from "@/lib/events/schema";

/** Events as they happen, behind the newest that are stored. */
export function LiveEvents({ filters }: { filters: EventFilters }) {
  const newest = useInfiniteQuery({ ...events.list(filters), refetchOnWindowFocus: false });
  if (newest.isPending)
    return (
      <EventsFrame view="live" filters={filters}>
        <LoadingRows label="Loading events" rows={16} height={32} />
      </EventsFrame>
    );
  if (newest.isError)
    return (
      <EventsFrame view="live" filters={filters}>
        <QueryProblem things="Events" error={newest.error} onRetry={() => void newest.refetch()} />
      </EventsFrame>
    );
  return <Following filters={filters} initial={newest.data.pages[0]?.items ?? []} />;
}

function Following({ filters, initial }: { filters: EventFilters; initial: readonly CloudEvent[] }) {
  const [tail] = useState(() => createEventTail({ filters, initial }));
  const view = useSyncExternalStore(tail.subscribe, tail.view, tail.view);
  const { search, amend, go } = useAddressBar();
  const toggle = () => tail.setPaused(!view.paused);
  useShortcut(" ", toggle);
  useShortcut("escape", () => amend({ open: null }));
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <EventsFrame
      view="live"
      filters={filters}
      facts={<LiveWord view={view} />}
      actions={
        <Button size={28} icon={<Icon of={view.paused ? Play : Pause} />} hint="Space" onClick={toggle}>
          {view.paused ? "Resume" : "Pause"}
        </Button>
      }
    >
      <Interruption view={view} />
      {view.rows.length === 0 ? (
        <div className="dec-empty">
          <Listening
            title="Listening"
            text={
              isFiltered
                ? "The next event that the filters let through appears here."
                : "Calls, checks of scopes and changes appear here as they happen."
            }
            actions={isFiltered && <Button onClick={() => go(noFilters)}>Clear filters</Button>}
          />
        </div>
      ) : (
        <EventTable
          rows={view.rows}
          openId={search.get("open")}
          arrived={view.arrived}
          onOpen={(id) => amend({ open: id })}
        />
      )}
    </EventsFrame>
  );
}

const words: Record<EventTailView["state"], string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  lost: "Not live",
};

function LiveWord({ view: { state, paused, waiting } }: { view: EventTailView }): ReactNode {
  const word = paused && state === "live" ? "Paused" : words[state];
  return (
    <span className="small muted row" role="status">
      {state === "live" && !paused && <i className="live" />}
      <span>{paused && waiting > 0 ? `${word}, ${waiting.toLocaleString("en")} waiting` : word}</span>
    </span>
  );
}

const ordinals = ["first", "second", "third", "fourth", "fifth"];

/** What is missing, when something is. */
function Interruption({
  view: { state, error, attempts, rows, dropped },
}: {
  view: EventTailView;
}): ReactNode {
  if (state === "reconnecting")
    return (
      <div className="dec-note">
        <StreamLost
          attempt={ordinals[attempts - 1] ?? "another"}
          since={rows[0] === undefined ? "now" : clockText(rows[0].time).slice(0, 8)}
        />
      </div>
    );
  if (state === "lost")
    return (
      <div className="dec-note">
        <Note tone="deny">
          <b>The live stream was refused.</b> {error?.detail ?? ""} What is shown below is stored; History has
          the rest.
        </Note>
      </div>
    );
  if (dropped === 0) return null;
  return (
    <div className="dec-note">
      <Note tone="limited">
        <b>{dropped.toLocaleString("en")} were left out here.</b> They came faster than this page reads. They
        are recorded, and in History.
      </Note>
    </div>
  );
}
