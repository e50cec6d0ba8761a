"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Pause, Play, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import type { LiveView } from "@/components/live/live-list";
import { Interruption, LiveWord } from "@/components/live/live-status";
import { MoreRows } from "@/components/live/more-rows";
import { NothingStored, NothingYet } from "@/components/live/no-records";
import { type OpenRow, OpenRowKeys, useOpenRow } from "@/components/live/open-row";
import type { EmptyWords, RecordWords } from "@/components/live/record-words";
import { useLiveList, type UseLiveListOptions } from "@/components/live/use-live-list";
import { type SearchChange, useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { useShortcut } from "@/components/shell/shortcuts";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { PagedList } from "@/lib/client/request/paged-list";

const views = [
  { value: "tail", label: "Tail" },
  { value: "history", label: "History" },
] as const;

/** What a table of records is given. */
export interface ShownRows<Row> {
  /** Newest first. */
  rows: readonly Row[];
  openId: string | null;
  /** Ids whose arrival is drawn. */
  arrived?: ReadonlySet<string>;
  /** Null closes the one that is open. */
  onOpen: (id: string | null) => void;
}

export interface RecordsProps<Row extends { id: string }> extends Pick<UseLiveListOptions<Row>, "order"> {
  words: RecordWords;
  /** Those that are stored, newest first. */
  list: PagedList<Row>;
  /** Those that come behind `shown`. */
  live: UseLiveListOptions<Row>["source"];
  /** When one was, RFC 3339. */
  timeOf: (row: Row) => string;
  /** The address change that takes every filter away; null while there is none. */
  noFilters: SearchChange | null;
  /** What stands for itself in history, such as a time, is told apart from what arrives. */
  filterBar: (isStored: boolean) => ReactNode;
  /** Above a tail's filters. */
  above?: (isPaused: boolean) => ReactNode;
  /** More buttons in the head. */
  actions?: ReactNode;
  table: (shown: ShownRows<Row>) => ReactNode;
  /** Beside the table: the open row whole. */
  detail?: (open: OpenRow<Row>) => ReactNode;
  /** Said while a tail has no rows, and while nothing is stored. */
  waiting: EmptyWords;
  first: EmptyWords;
}

/** A page of records: as they happen, and as they were. View and open row stand in the address bar. */
export function Records<Row extends { id: string }>(props: RecordsProps<Row>) {
  const { words, list, live, order, filterBar, above, actions, detail } = props;
  const { search, go } = useAddressBar();
  const isStored = search.get("view") === "history";
  const stored = useInfiniteQuery({ ...list, refetchOnWindowFocus: false });
  const { view, setPaused } = useLiveList({
    name: JSON.stringify(list.queryKey),
    initial: isStored ? undefined : stored.data?.pages[0]?.items,
    source: live,
    order,
  });
  const rows = isStored ? (stored.data?.pages.flatMap(({ items }) => items) ?? []) : view.rows;
  const open = useOpenRow(rows);
  const aside = open === null ? null : (detail?.(open) ?? null);
  const show = (next: (typeof views)[number]["value"]) => {
    go({ view: next === "history" ? next : null, open: null });
    // What came while the tail ran is not in it yet.
    if (next === "history") void stored.refetch();
  };
  return (
    <Page layout="flush">
      <PageHead
        title={words.title}
        facts={isStored || stored.data === undefined ? undefined : <LiveWord view={view} />}
        actions={
          <>
            <SegmentedControl
              label="View"
              options={views}
              value={isStored ? "history" : "tail"}
              onChange={show}
            />
            {isStored ? <Refresh list={stored} /> : <PauseButton view={view} onPause={setPaused} />}
            {actions}
          </>
        }
      />
      <div className={aside === null ? "records alone" : "records"}>
        <div className="records-main">
          {!isStored && above?.(view.paused)}
          {filterBar(isStored)}
          {stored.isPending && <LoadingRows label={`Loading ${words.many}`} rows={16} height={32} />}
          {stored.isError && (isStored || stored.data === undefined) && (
            <QueryProblem things={words.title} error={stored.error} onRetry={() => void stored.refetch()} />
          )}
          {stored.data !== undefined && !isStored && <Tail {...props} view={view} />}
          {stored.data !== undefined && isStored && <History {...props} rows={rows} stored={stored} />}
        </div>
        {aside}
      </div>
      {open !== null && <OpenRowKeys {...open} />}
    </Page>
  );
}

function PauseButton({ view, onPause }: { view: LiveView<unknown>; onPause: (paused: boolean) => void }) {
  const toggle = () => onPause(!view.paused);
  useShortcut(" ", toggle);
  return (
    <Button size={28} icon={<Icon of={view.paused ? Play : Pause} />} hint="Space" onClick={toggle}>
      {view.paused ? "Resume" : "Pause"}
    </Button>
  );
}

/** As much of a query as its rows and their ways need. */
interface Stored {
  isRefetching: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

function Refresh({ list }: { list: Stored }) {
  return (
    <Button
      size={28}
      icon={<Icon of={RotateCw} />}
      busy={list.isRefetching && !list.isFetchingNextPage && "Looking"}
      onClick={() => void list.refetch()}
    >
      Refresh
    </Button>
  );
}

function useOpening() {
  const { search, amend } = useAddressBar();
  return { openId: search.get("open"), onOpen: (id: string | null) => amend({ open: id }) };
}

function Tail<Row extends { id: string }>(props: RecordsProps<Row> & { view: LiveView<Row> }) {
  const { words, timeOf, noFilters, table, waiting, view } = props;
  const opening = useOpening();
  const [newest] = view.rows;
  return (
    <>
      <Interruption
        view={view}
        many={words.many}
        newestAt={newest === undefined ? undefined : timeOf(newest)}
      />
      {newest === undefined ? (
        <NothingYet words={words} empty={waiting} noFilters={noFilters} />
      ) : (
        table({ ...opening, rows: view.rows, arrived: view.arrived })
      )}
    </>
  );
}

function History<Row extends { id: string }>(
  props: RecordsProps<Row> & { rows: readonly Row[]; stored: Stored },
) {
  const { words, noFilters, table, first, rows, stored } = props;
  const opening = useOpening();
  if (rows.length === 0)
    return <NothingStored words={words} empty={first} noFilters={noFilters} list={stored} />;
  return (
    <>
      {table({ ...opening, rows })}
      <MoreRows shown={rows.length} list={stored} />
    </>
  );
}
