"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { noFilters } from "@/components/logs/filters";
import { LogTable } from "@/components/logs/log-table";
import { LogsFrame } from "@/components/logs/logs-frame";
import { useAddressBar } from "@/components/shell/address-bar";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { logs } from "@/lib/client/records/logs";
import type { LogFilters } from "@/lib/logs/schema";

/** Stored lines, newest first, page by page into the past. */
export function LogHistory({ filters }: { filters: LogFilters }) {
  const stored = useInfiniteQuery({ ...logs.list(filters), refetchOnWindowFocus: false });
  const { search, amend } = useAddressBar();
  const rows = stored.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <LogsFrame
      view="history"
      filters={filters}
      rows={rows}
      onFlushed={() => void stored.refetch()}
      actions={
        <Button
          size={28}
          icon={<Icon of={RotateCw} />}
          busy={stored.isRefetching && !stored.isFetchingNextPage && "Looking"}
          onClick={() => void stored.refetch()}
        >
          Refresh
        </Button>
      }
    >
      {stored.isPending && <LoadingRows label="Loading lines" rows={16} height={32} />}
      {stored.isError && (
        <QueryProblem things="Logs" error={stored.error} onRetry={() => void stored.refetch()} />
      )}
      {stored.isSuccess && rows.length === 0 && !stored.hasNextPage && (
        <Nothing filtered={Object.keys(filters).length > 0} />
      )}
      {rows.length > 0 && (
        <LogTable rows={rows} openId={search.get("open")} onOpen={(id) => amend({ open: id })} />
      )}
      {stored.isSuccess && (rows.length > 0 || stored.hasNextPage) && (
        <div className="dec-more">
          <span className="small muted" role="status">
            {rows.length.toLocaleString("en")} shown{stored.hasNextPage ? "" : ", back to the oldest"}
          </span>
          <span className="grow" />
          {stored.hasNextPage && (
            <Button
              size={28}
              busy={stored.isFetchingNextPage && "Searching"}
              onClick={() => void stored.fetchNextPage()}
            >
              Older
            </Button>
          )}
        </div>
      )}
    </LogsFrame>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { go } = useAddressBar();
  return (
    <div className="dec-empty">
      {filtered ? (
        <NoMatch
          title="No line matches"
          text="Every stored line was searched. The filters are the reason."
          actions={<Button onClick={() => go(noFilters)}>Clear filters</Button>}
        />
      ) : (
        <EmptyFirst
          title="No lines yet"
          text="Lines that services write are kept here, and every call of the gateway."
        />
      )}
    </div>
  );
}
