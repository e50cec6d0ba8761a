"use client";
import { useQuery } from "@tanstack/react-query";
import type { RefObject } from "react";
import { KeyRow } from "@/components/keys/list/key-row";
import { useSide } from "@/components/shell/side";
import { Checkbox } from "@/components/ui/form/choice";
import { DataTable, SortHead } from "@/components/ui/table/data-table";
import { useNow } from "@/components/ui/words/use-now";
import { keys } from "@/lib/client/keys";
import type { KeySort } from "@/lib/keys/reading/schema";
import type { Key } from "@/lib/keys/schema";

export interface KeyTableProps {
  rows: readonly Key[];
  workspace: string;
  sort: KeySort;
  onSort: (sort: KeySort) => void;
  selected: ReadonlySet<string>;
  onSelect: (ids: readonly string[], selected: boolean) => void;
  tableRef: RefObject<HTMLDivElement | null>;
  /** The rows are those of the question before, while the next answer is awaited. */
  stale: boolean;
}

/** The keys of one page. A second click on a sorted head goes back to newest first. */
export function KeyTable({
  rows,
  workspace,
  sort,
  onSort,
  selected,
  onSelect,
  tableRef,
  stale,
}: KeyTableProps) {
  const now = useNow();
  const side = useSide();
  const { data: sparklines } = useQuery(keys.sparklines(rows.map(({ id }) => id)));
  const chosen = rows.filter(({ id }) => selected.has(id)).length;
  const by = (column: KeySort) => onSort(sort === column ? "created" : column);
  return (
    <div ref={tableRef} className="contents" aria-busy={stale}>
      <DataTable label="Keys" className={side === "customer" ? "keys own-only" : "keys"}>
        <thead>
          <tr>
            <th className="c-check">
              <Checkbox
                aria-label="Select all on this page"
                checked={rows.length > 0 && chosen === rows.length}
                mixed={chosen > 0 && chosen < rows.length}
                onChange={(event) =>
                  onSelect(
                    rows.map(({ id }) => id),
                    event.target.checked,
                  )
                }
              />
            </th>
            <SortHead sorted={sort === "name" ? "ascending" : undefined} onSort={() => by("name")}>
              Name
            </SortHead>
            <th scope="col">Key</th>
            <th scope="col" className="c-cust">
              Customer
            </th>
            <th scope="col" className="c-scopes">
              Scopes
            </th>
            <th scope="col">30 days</th>
            <th scope="col">Status</th>
            <SortHead sorted={sort === "lastUsed" ? "descending" : undefined} onSort={() => by("lastUsed")}>
              Last used
            </SortHead>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((key) => (
            <KeyRow
              key={key.id}
              subject={key}
              workspace={workspace}
              days={sparklines?.get(key.id)}
              selected={selected.has(key.id)}
              onSelect={(select) => onSelect([key.id], select)}
              nowMs={now}
            />
          ))}
        </tbody>
      </DataTable>
    </div>
  );
}
