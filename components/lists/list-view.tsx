"use client";
import type { ReactNode } from "react";
import type { useListAddress } from "@/components/lists/use-list-address";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Toolbar } from "@/components/ui/table/data-table";
import { Pager } from "@/components/ui/table/pager";

/** One page, as the API answers it. */
interface Answer<Item> {
  items: readonly Item[];
  nextCursor: string | null;
  total?: number | undefined;
}

export interface ListViewProps<Item> {
  /** What `useQuery` answers. */
  query: {
    data: Answer<Item> | undefined;
    error: unknown;
    isPlaceholderData: boolean;
    refetch: () => unknown;
  };
  address: Pick<ReturnType<typeof useListAddress>, "from" | "next" | "previous">;
  /** With a capital: "Customers". */
  things: string;
  /** What goes on working while the list cannot be loaded. */
  stillWorks: string;
  /** Whether a search or a filter hides something. */
  isNarrowed: boolean;
  /** Search and filters. */
  toolbar: ReactNode;
  /** Shown instead of all else while there is nothing yet. */
  first: ReactNode;
  /** Shown when nothing matches. */
  noMatch: ReactNode;
  /** The table. */
  children: (rows: readonly Item[]) => ReactNode;
}

/** A list in each of its states: loading, failed, nothing yet, nothing that matches, and one page of it. */
export function ListView<Item>(props: ListViewProps<Item>) {
  const { query, address, things, stillWorks, isNarrowed, toolbar, first, noMatch, children } = props;
  const { data, error, isPlaceholderData, refetch } = query;
  const rows = data?.items ?? [];
  const isEmpty = data !== undefined && rows.length === 0;
  if (isEmpty && !isNarrowed && address.previous === undefined) return first;
  const cursor = data?.nextCursor ?? null;
  return (
    <>
      <Toolbar>{toolbar}</Toolbar>
      {data === undefined && !error && <LoadingRows label={`Loading ${things.toLowerCase()}`} />}
      {data === undefined && error !== null && error !== undefined && (
        <QueryProblem things={things} error={error} stillWorks={stillWorks} onRetry={() => void refetch()} />
      )}
      {isEmpty && noMatch}
      {rows.length > 0 && (
        <>
          <div className="contents" aria-busy={isPlaceholderData}>
            {children(rows)}
          </div>
          <Pager
            from={address.from}
            count={rows.length}
            total={data?.total}
            onPrevious={address.previous}
            onNext={cursor === null ? undefined : () => address.next({ cursor, rows: rows.length })}
          />
        </>
      )}
    </>
  );
}
