"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { AuditTable } from "@/components/audit/audit-table";
import { ChainPlate } from "@/components/audit/chain-plate";
import { EntryDetail } from "@/components/audit/entry-detail";
import { ExportButton } from "@/components/audit/export-button";
import { FilterBar } from "@/components/audit/filter-bar";
import { auditFilters } from "@/components/audit/filters";
import { MoreRows } from "@/components/live/more-rows";
import { OpenRowKeys, useOpenRow } from "@/components/live/open-row";
import { type SearchChange, useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { audit } from "@/lib/client/records/decisions";
import type { AuditEntry, AuditFilters } from "@/lib/events/schema";

/** Fetched when someone means to erase. */
const EraseEntry = lazy(async () => ({
  default: (await import("@/components/audit/erase-entry")).EraseEntry,
}));

const rowsPerPage = 50;
/** Newest entries are asked for this often, while nobody reads further back. */
const everyMs = 3_000;

/** The trail: its chain's state, and every entry as it comes. Filters and the open entry stand in the address bar. */
export function AuditPage() {
  const { search } = useAddressBar();
  const filters = auditFilters.read(search);
  return <Trail key={JSON.stringify(filters)} filters={filters} />;
}

function useTrail(filters: AuditFilters) {
  const trail = useInfiniteQuery({
    ...audit.list(filters, rowsPerPage),
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? everyMs : false),
  });
  const rows = trail.data?.pages.flatMap(({ items }) => items) ?? [];
  return { trail, rows, isLive: trail.data?.pages.length === 1 && filters.to === undefined };
}

/** The newest place that was there when the page was opened; what stands behind it arrived since. */
function useFirstNewest(rows: readonly AuditEntry[], isLoaded: boolean): number {
  const [newest, setNewest] = useState<number | null>(isLoaded ? newestOf(rows) : null);
  if (newest === null && isLoaded) setNewest(newestOf(rows));
  return newest ?? Infinity;
}

function newestOf(rows: readonly AuditEntry[]): number {
  return rows[0]?.position ?? 0;
}

function Trail({ filters }: { filters: AuditFilters }) {
  const { amend, go } = useAddressBar();
  const { trail, rows, isLive } = useTrail(filters);
  const arrivedBehind = useFirstNewest(rows, trail.isSuccess);
  const noFilters = auditFilters.cleared(filters);
  const open = useOpenRow(rows);
  const entry = open?.row;
  const [erasing, setErasing] = useState<AuditEntry | null>(null);
  return (
    <Page layout="flush">
      <PageHead
        title="Audit"
        facts={isLive ? <LiveWord failed={trail.isError} /> : undefined}
        actions={<ExportButton span={filters} />}
      />
      <div className={entry === undefined ? "records alone" : "records"}>
        <div className="records-main">
          <ChainPlate />
          <FilterBar filters={filters} rows={rows} />
          {trail.isPending && <LoadingRows label="Loading the trail" rows={16} height={32} />}
          {trail.isError && rows.length === 0 && (
            <QueryProblem things="The trail" error={trail.error} onRetry={() => void trail.refetch()} />
          )}
          {trail.isSuccess && rows.length === 0 && <Nothing noFilters={noFilters} />}
          {rows.length > 0 && (
            <>
              <AuditTable
                rows={rows}
                openId={open?.id ?? null}
                arrivedBehind={arrivedBehind}
                onOpen={(id) => amend({ open: id === open?.id ? null : id })}
              />
              <MoreRows shown={rows.length} list={trail} />
            </>
          )}
        </div>
        {open !== null && entry !== undefined && (
          <EntryDetail
            entry={entry}
            onPrevious={open.onPrevious}
            onNext={open.onNext}
            onClose={open.onClose}
            onSubject={(subject) => go({ ...noFilters, subject, open: null })}
            onErase={() => setErasing(entry)}
          />
        )}
      </div>
      {open !== null && <OpenRowKeys {...open} />}
      {erasing !== null && (
        <Suspense>
          <EraseEntry entry={erasing} onClose={() => setErasing(null)} />
        </Suspense>
      )}
    </Page>
  );
}

function LiveWord({ failed }: { failed: boolean }) {
  return (
    <span className="small muted row" role="status">
      {!failed && <i className="live" />}
      <span>{failed ? "Reconnecting" : "Live"}</span>
    </span>
  );
}

function Nothing({ noFilters }: { noFilters: SearchChange | null }) {
  const { go } = useAddressBar();
  return (
    <div className="records-empty">
      {noFilters !== null ? (
        <NoMatch
          title="No entry matches"
          text="The whole trail was searched. The filters are the reason."
          actions={<Button onClick={() => go(noFilters)}>Clear filters</Button>}
        />
      ) : (
        <EmptyFirst
          title="No entries yet"
          text="Every change and every failed authentication leaves one, chained to the one before."
        />
      )}
    </div>
  );
}
