"use client";
import { Eraser } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { LineDetail } from "@/components/logs/line-detail";
import { LogFilterBar } from "@/components/logs/log-filter-bar";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { LogFilters, LogLine } from "@/lib/logs/schema";

const FlushDialog = lazy(async () => ({
  default: (await import("@/components/logs/flush-dialog")).FlushDialog,
}));

const views = [
  { value: "tail", label: "Tail" },
  { value: "history", label: "History" },
] as const;

export interface LogsFrameProps {
  view: "tail" | "history";
  filters: LogFilters;
  facts?: ReactNode;
  actions?: ReactNode;
  rows: readonly LogLine[];
  /** Told when lines were flushed. */
  onFlushed: () => void;
  children: ReactNode;
}

/** Head, filters, the lines, and beside them the one that is open. */
export function LogsFrame({ view, filters, facts, actions, rows, onFlushed, children }: LogsFrameProps) {
  const { search, go, amend } = useAddressBar();
  const open = rows.find(({ id }) => id === search.get("open"));
  const change = (next: (typeof views)[number]["value"]) =>
    go({ view: next === "history" ? next : null, open: null });
  return (
    <Page layout="flush">
      <PageHead
        title="Logs"
        facts={facts}
        actions={
          <>
            <SegmentedControl label="View" options={views} value={view} onChange={change} />
            {actions}
            <Flush service={filters.service ?? null} onFlushed={onFlushed} />
          </>
        }
      />
      <div className={open === undefined ? "dec alone" : "dec"}>
        <div className="dec-main">
          <LogFilterBar filters={filters} stored={view === "history"} />
          {children}
        </div>
        {open !== undefined && <OpenLine line={open} rows={rows} onOpen={(id) => amend({ open: id })} />}
      </div>
    </Page>
  );
}

/** Asked for by its button, or by Find or do. */
function Flush({ service, onFlushed }: { service: string | null; onFlushed: () => void }) {
  const { search, amend } = useAddressBar();
  const mayFlush = usePermission("flush:logs");
  const [asked, setAsked] = useState(false);
  const isOpen = mayFlush.allowed && (asked || search.get("do") === "flush");
  const close = () => {
    setAsked(false);
    amend({ do: null });
  };
  return (
    <>
      <Button
        size={28}
        icon={<Icon of={Eraser} />}
        aria-label="Flush"
        why={mayFlush.why}
        onClick={() => setAsked(true)}
      >
        <span className="hide-s">Flush</span>
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <FlushDialog
            service={service}
            onClose={close}
            onFlushed={() => {
              close();
              onFlushed();
            }}
          />
        </Suspense>
      )}
    </>
  );
}

interface OpenLineProps {
  line: LogLine;
  rows: readonly LogLine[];
  onOpen: (id: string | null) => void;
}

function OpenLine({ line, rows, onOpen }: OpenLineProps) {
  const at = rows.indexOf(line);
  const previous = rows[at - 1]?.id;
  const next = rows[at + 1]?.id;
  useShortcut("arrowup", () => previous !== undefined && onOpen(previous));
  useShortcut("arrowdown", () => next !== undefined && onOpen(next));
  useShortcut("escape", () => onOpen(null));
  return (
    <LineDetail
      line={line}
      onPrevious={previous === undefined ? undefined : () => onOpen(previous)}
      onNext={next === undefined ? undefined : () => onOpen(next)}
      onClose={() => onOpen(null)}
    />
  );
}
