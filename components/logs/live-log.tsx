"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { type ReactNode, useState, useSyncExternalStore } from "react";
import { FirstLine } from "@/components/logs/first-line";
import { createLogTail, firstLines, type LogTailView } from "@/components/logs/log-tail";
import { LogTable } from "@/components/logs/log-table";
import { LogsFrame } from "@/components/logs/logs-frame";
import { useAddressBar } from "@/components/shell/address-bar";
import { useShortcut } from "@/components/shell/shortcuts";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows, StreamLost } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { clockText } from "@/components/ui/words/when";
import { logs } from "@/lib/client/records/logs";
import type { LogFilters, LogLine } from "@/lib/logs/schema";

export interface LiveLogProps {
  filters: LogFilters;
  /** A command that writes a line, for those who wait for the first. */
  firstCall: string;
  /** Begins anew. */
  onFlushed: () => void;
}

/** Lines as they are written, behind the newest that are stored. */
export function LiveLog({ filters, firstCall, onFlushed }: LiveLogProps) {
  const newest = useInfiniteQuery({ ...logs.list(filters, firstLines), refetchOnWindowFocus: false });
  const frame = { view: "tail", filters, rows: [], onFlushed } as const;
  if (newest.isPending)
    return (
      <LogsFrame {...frame}>
        <LoadingRows label="Loading lines" rows={16} height={32} />
      </LogsFrame>
    );
  if (newest.isError)
    return (
      <LogsFrame {...frame}>
        <QueryProblem things="Logs" error={newest.error} onRetry={() => void newest.refetch()} />
      </LogsFrame>
    );
  const initial = newest.data.pages[0]?.items ?? [];
  return <Following {...{ filters, firstCall, onFlushed, initial }} />;
}

function Following({
  filters,
  firstCall,
  onFlushed,
  initial,
}: LiveLogProps & { initial: readonly LogLine[] }) {
  const [tail] = useState(() => createLogTail({ filters, initial }));
  const view = useSyncExternalStore(tail.subscribe, tail.view, tail.view);
  const { search, amend } = useAddressBar();
  const toggle = () => tail.setPaused(!view.paused);
  useShortcut(" ", toggle);
  return (
    <LogsFrame
      view="tail"
      filters={filters}
      rows={view.rows}
      onFlushed={onFlushed}
      facts={<LiveWord view={view} />}
      actions={
        <Button size={28} icon={<Icon of={view.paused ? Play : Pause} />} hint="Space" onClick={toggle}>
          {view.paused ? "Resume" : "Pause"}
        </Button>
      }
    >
      <Interruption view={view} />
      {view.rows.length === 0 ? (
        <FirstLine filtered={Object.keys(filters).length > 0} firstCall={firstCall} />
      ) : (
        <LogTable
          rows={view.rows}
          openId={search.get("open")}
          arrived={view.arrived}
          onOpen={(id) => amend({ open: id })}
        />
      )}
    </LogsFrame>
  );
}

const words: Record<LogTailView["state"], string> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  lost: "Not live",
};

function LiveWord({ view: { state, paused, waiting } }: { view: LogTailView }): ReactNode {
  const word = paused && state === "live" ? "Paused" : words[state];
  return (
    <span className="small muted row" role="status">
      {state === "live" && !paused && <i className="live" />}
      <span>{paused && waiting > 0 ? `${word}, ${waiting.toLocaleString("en")} waiting` : word}</span>
    </span>
  );
}

/** What is missing, when something is. */
function Interruption({ view: { state, error, rows, dropped } }: { view: LogTailView }): ReactNode {
  const last = rows[0];
  if (state === "reconnecting")
    return (
      <div className="dec-note">
        <StreamLost attempt="another" since={last === undefined ? "now" : clockText(last.at).slice(0, 8)} />
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
          They are stored, and in History.
        </Note>
      </div>
    );
  return null;
}
