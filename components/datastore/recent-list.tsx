"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { EntryTable, type EntryTableProps } from "@/components/datastore/entry-table";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows } from "@/components/states/states";
import { Toolbar } from "@/components/ui/table/data-table";
import { datastore } from "@/lib/client/datastore";

export interface RecentListProps extends Pick<EntryTableProps, "hrefOf" | "onAct"> {
  /** Whose store; null for the workspace's. */
  customer: string | null;
  toolbar: ReactNode;
}

/** The hundred values that were written last, the newest write first. */
export function RecentList({ customer, toolbar, ...table }: RecentListProps) {
  const { data, error, refetch } = useQuery(datastore.recent(customer ?? undefined));
  return (
    <>
      <Toolbar>{toolbar}</Toolbar>
      {!data && !error && <LoadingRows label="Loading values" />}
      {!data && error && (
        <QueryProblem
          things="Values"
          error={error}
          stillWorks="Programs still read and write: they do not need this page."
          onRetry={() => void refetch()}
        />
      )}
      {data?.items.length === 0 && (
        <EmptyFirst
          title="Nothing was written yet"
          text="What programs store appears here, the newest first."
        />
      )}
      {data && data.items.length > 0 && <EntryTable rows={data.items} {...table} />}
    </>
  );
}
