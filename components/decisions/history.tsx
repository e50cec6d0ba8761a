"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { DecisionTable } from "@/components/decisions/decision-row";
import { DecisionsFrame } from "@/components/decisions/decisions-frame";
import { noFilters } from "@/components/decisions/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { useMayOpen } from "@/components/shell/side";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { useIsHydrated } from "@/components/ui/words/use-is-hydrated";
import { decisions } from "@/lib/client/records/decisions";
import type { DecisionFilters } from "@/lib/events/schema";

/** Stored decisions, newest first, page by page into the past. */
export function History({ filters }: { filters: DecisionFilters }) {
  const isHydrated = useIsHydrated();
  // What came with the page is new; what the live view left behind is not.
  const [cameWithPage] = useState(!isHydrated);
  const stored = useInfiniteQuery({
    ...decisions.list(filters),
    refetchOnWindowFocus: false,
    refetchOnMount: cameWithPage ? true : "always",
  });
  const { search, amend } = useAddressBar();
  const rows = stored.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <DecisionsFrame
      view="history"
      filters={filters}
      rows={rows}
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
      {stored.isPending && <LoadingRows label="Loading decisions" rows={16} height={32} />}
      {stored.isError && (
        <QueryProblem things="Decisions" error={stored.error} onRetry={() => void stored.refetch()} />
      )}
      {stored.isSuccess && rows.length === 0 && !stored.hasNextPage && (
        <Nothing filtered={Object.keys(filters).length > 0} />
      )}
      {stored.isSuccess && rows.length === 0 && stored.hasNextPage && (
        <div className="dec-empty">
          <NoMatch
            title="No decision matches so far"
            text="The newest decisions were searched; older ones were not yet."
            actions={
              <Button
                busy={stored.isFetchingNextPage && "Searching"}
                onClick={() => void stored.fetchNextPage()}
              >
                Search older ones
              </Button>
            }
          />
        </div>
      )}
      {rows.length > 0 && (
        <DecisionTable
          label="Decisions, newest first"
          rows={rows}
          openId={search.get("open")}
          onOpen={(id) => amend({ open: id })}
        />
      )}
      {stored.isSuccess && rows.length > 0 && (
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
    </DecisionsFrame>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { go } = useAddressBar();
  const mayStart = useMayOpen()("/start");
  return (
    <div className="dec-empty">
      {filtered ? (
        <NoMatch
          title="No decision matches"
          text="Every recorded decision was searched. The filters are the reason."
          actions={<Button onClick={() => go(noFilters)}>Clear filters</Button>}
        />
      ) : (
        <EmptyFirst
          title="No decisions yet"
          text="Every call through the gateway leaves one, allowed or not."
          actions={mayStart && <ButtonLink href="/start">Make a first call</ButtonLink>}
        />
      )}
    </div>
  );
}
