"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { EventTable } from "@/components/events/event-row";
import { EventsFrame } from "@/components/events/events-frame";
import { noFilters } from "@/components/events/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { events } from "@/lib/client/records/events";
import type { EventFilters } from "@/lib/events/schema";

/** Stored events, newest first, page by page into the past. */
export function StoredEvents({ filters }: { filters: EventFilters }) {
  const stored = useInfiniteQuery({
    ...events.list(filters),
    refetchOnWindowFocus: false,
    refetchOnMount: "always",
  });
  const { search, amend } = useAddressBar();
  const rows = stored.data?.pages.flatMap((page) => page.items) ?? [];
  const older = (word: string) =>
    stored.hasNextPage && (
      <Button
        size={28}
        busy={stored.isFetchingNextPage && "Searching"}
        onClick={() => void stored.fetchNextPage()}
      >
        {word}
      </Button>
    );
  return (
    <EventsFrame
      view="history"
      filters={filters}
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
      {stored.isPending && <LoadingRows label="Loading events" rows={16} height={32} />}
      {stored.isError && (
        <QueryProblem things="Events" error={stored.error} onRetry={() => void stored.refetch()} />
      )}
      {stored.isSuccess && rows.length === 0 && !stored.hasNextPage && (
        <Nothing filtered={Object.keys(filters).length > 0} />
      )}
      {stored.isSuccess && rows.length === 0 && stored.hasNextPage && (
        <div className="dec-empty">
          <NoMatch
            title="No event matches so far"
            text="The newest events were searched; older ones were not yet."
            actions={older("Search older ones")}
          />
        </div>
      )}
      {rows.length > 0 && (
        <>
          <EventTable rows={rows} openId={search.get("open")} onOpen={(id) => amend({ open: id })} />
          <div className="dec-more">
            <span className="small muted" role="status">
              {rows.length.toLocaleString("en")} shown{stored.hasNextPage ? "" : ", back to the oldest"}
            </span>
            <span className="grow" />
            {older("Older")}
          </div>
        </>
      )}
    </EventsFrame>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { go } = useAddressBar();
  return (
    <div className="dec-empty">
      {filtered ? (
        <NoMatch
          title="No event matches"
          text="Every recorded event was searched. The filters are the reason."
          actions={<Button onClick={() => go(noFilters)}>Clear filters</Button>}
        />
      ) : (
        <EmptyFirst title="No events yet" text="Calls, checks of scopes and changes leave one each." />
      )}
    </div>
  );
}
