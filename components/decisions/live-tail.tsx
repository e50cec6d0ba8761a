"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { Counters } from "@/components/decisions/counters";
import { DecisionTable } from "@/components/decisions/decision-row";
import { DecisionsFrame } from "@/components/decisions/decisions-frame";
import { noFilters } from "@/components/decisions/filters";
import { createTail, type TailView } from "@/components/decisions/tail";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";
import { useMayOpen } from "@/components/shell/side";
import { QueryProblem } from "@/components/states/query-problem";
import { Listening, LoadingRows, StreamLost } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { useCopy } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { clockText } from "@/components/ui/words/when";
import { decisions } from "@/lib/client/records/decisions";
import type { Decision, DecisionFilters } from "@/lib/events/schema";

export interface LiveTailProps {
  filters: DecisionFilters;
  testCall: string;
}

/** Decisions as they happen, behind the newest that are stored. */
export function LiveTail({ filters, testCall }: LiveTailProps) {
  const newest = useInfiniteQuery({ ...decisions.list(filters), refetchOnWindowFocus: false });
  const frame = { view: "tail", filters, rows: [], above: <Counters still={false} /> } as const;
  if (newest.isPending)
    return (
      <DecisionsFrame {...frame}>
        <LoadingRows label="Loading decisions" rows={16} height={32} />
      </DecisionsFrame>
    );
  if (newest.isError)
    return (
      <DecisionsFrame {...frame}>
        <QueryProblem things="Decisions" error={newest.error} onRetry={() => void newest.refetch()} />
      </DecisionsFrame>
    );
  const initial = newest.data.pages[0]?.items ?? [];
  return <Following filters={filters} initial={initial} testCall={testCall} />;
}

function Following({ filters, initial, testCall }: LiveTailProps & { initial: readonly Decision[] }) {
  const [tail] = useState(() => createTail({ filters, initial }));
  const view = useSyncExternalStore(tail.subscribe, tail.view, tail.view);
  const { search, amend } = useAddressBar();
  const toggle = () => tail.setPaused(!view.paused);
  useShortcut(" ", toggle);
  return (
    <DecisionsFrame
      view="tail"
      filters={filters}
      rows={view.rows}
      facts={<LiveWord view={view} />}
      actions={
        <Button size={28} icon={<Icon of={view.paused ? Play : Pause} />} hint="Space" onClick={toggle}>
          {view.paused ? "Resume" : "Pause"}
        </Button>
      }
      above={<Counters still={view.paused} />}
    >
      <Interruption view={view} />
      {view.rows.length === 0 ? (
        <Waiting filtered={Object.keys(filters).length > 0} testCall={testCall} />
      ) : (
        <DecisionTable
          label="Decisions, newest first"
          rows={view.rows}
          openId={search.get("open")}
          arrived={view.arrived}
          onOpen={(id) => amend({ open: id })}
        />
      )}
    </DecisionsFrame>
  );
}

const words: Record<TailView["state"], string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  lost: "Not live",
};

function LiveWord({ view: { state, paused, waiting } }: { view: TailView }): ReactNode {
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
function Interruption({ view: { state, error, attempts, rows, dropped } }: { view: TailView }): ReactNode {
  const last = rows[0];
  if (state === "reconnecting")
    return (
      <div className="dec-note">
        <StreamLost
          attempt={ordinals[attempts - 1] ?? "another"}
          since={last === undefined ? "now" : clockText(last.at).slice(0, 8)}
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
  if (dropped > 0)
    return (
      <div className="dec-note">
        <Note tone="limited">
          <b>{dropped.toLocaleString("en")} were left out here.</b> They came faster than this page reads.
          They are recorded, and in History.
        </Note>
      </div>
    );
  return null;
}

function Waiting({ filtered, testCall }: { filtered: boolean; testCall: string }) {
  const { copied, copy } = useCopy();
  const { go } = useAddressBar();
  const mayStart = useMayOpen()("/start");
  return (
    <div className="dec-empty">
      <Listening
        title="Listening"
        text={
          filtered
            ? "The next call that the filters let through appears here."
            : "The next call appears here, allowed or not. Nothing has been called yet."
        }
        actions={
          <>
            {filtered && <Button onClick={() => go(noFilters)}>Clear filters</Button>}
            {mayStart && (
              <Button onClick={() => void copy(testCall)}>{copied ? "Copied" : "Copy a test call"}</Button>
            )}
          </>
        }
      />
    </div>
  );
}
