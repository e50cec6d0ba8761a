"use client";
import { useQuery } from "@tanstack/react-query";
import { Ban, Plus } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useKeyTask } from "@/components/keys/act/tasks";
import { whyNotRotated } from "@/components/keys/key-state";
import { facetsOf } from "@/components/keys/list/facets";
import { KeyTable } from "@/components/keys/list/key-table";
import { KeyToolbar } from "@/components/keys/list/key-toolbar";
import {
  changed,
  filtersOf,
  firstState,
  isNarrowed,
  listHref,
  type ListState,
  nextPage,
  previousPage,
  readListState,
} from "@/components/keys/list/list-state";
import { useRowKeys } from "@/components/keys/list/row-keys";
import { useFacets } from "@/components/keys/list/use-facets";
import { useListState } from "@/components/keys/list/use-list-state";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { Page, PageHead } from "@/components/shell/page";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { BulkBar, Pager } from "@/components/ui/table/pager";
import { Kbd } from "@/components/ui/tag";
import { keys } from "@/lib/client/keys";
import type { Key } from "@/lib/keys/schema";

/** `?create=key` in the address, as Find or do and a customer's page lead here, opens the dialog and is taken out again. */
function useCreateByAddress(create: () => void): void {
  const wanted = useSearchParams().get("create") === "key";
  const open = useEffectEvent(() => {
    history.replaceState(null, "", listHref(readListState(new URLSearchParams(location.search))));
    create();
  });
  useEffect(() => {
    if (wanted) open();
  }, [wanted]);
}

/** "No key matches …": names what was asked, so that it can be taken back. */
function noMatchTitle({ q }: ListState): string {
  return q.trim() === "" ? "No key matches these filters" : `No key matches “${q.trim()}”`;
}

function Hints() {
  return (
    <>
      <Kbd>J</Kbd>
      <Kbd>K</Kbd> move <Kbd>X</Kbd> select <Kbd>R</Kbd> rotate
    </>
  );
}

/** The page of keys: find, tell apart, and act on one or many. */
export function KeyList({ workspace }: { workspace: string }) {
  const start = useKeyTask();
  const { state, go, replace } = useListState();
  const { data, error, isPlaceholderData, refetch } = useQuery(keys.list(filtersOf(state)));
  const [selection, setSelection] = useState<ReadonlyMap<string, Key>>(new Map());
  const [wanted, want] = useState(false);
  const known = useFacets(wanted);
  const table = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const mayCreate = usePermission("create:keys");
  const mayRotate = usePermission("rotate:keys");
  const mayRevoke = usePermission("revoke:keys");
  const rows = data?.items ?? [];
  const create = () => {
    if (mayCreate.allowed) start({ kind: "create", customer: state.customer });
  };
  const select = (ids: readonly string[], selected: boolean) =>
    setSelection((was) => {
      const next = new Map(was);
      for (const id of ids) {
        const key = rows.find((row) => row.id === id);
        if (selected && key) next.set(id, key);
        else next.delete(id);
      }
      return next;
    });
  const clear = () => setSelection(new Map());
  const rotate = (id: string) => {
    const key = rows.find((row) => row.id === id);
    const why = mayRotate.why || (key && whyNotRotated(key));
    if (why) toast({ tone: "failed", text: `${key?.name ?? "The key"} cannot be rotated. ${why}` });
    else if (key) start({ kind: "rotate", key });
  };
  useShortcut("c", create);
  useCreateByAddress(create);
  useRowKeys({
    table,
    search,
    onToggle: (id) => select([id], !selection.has(id)),
    onRotate: rotate,
    onClear: clear,
  });
  const narrowed = isNarrowed(state);
  const empty = data !== undefined && rows.length === 0;
  const previous = previousPage(state);
  const cursor = data?.nextCursor ?? null;
  const living = [...selection.values()].filter(({ status }) => status !== "revoked");
  const createButton = (
    <Button kind="primary" size={28} icon={<Icon of={Plus} />} hint="C" why={mayCreate.why} onClick={create}>
      Create key
    </Button>
  );
  return (
    <Page layout="fill">
      <PageHead title="Keys" count={data?.total} actions={createButton} />
      {empty && !narrowed ? (
        <EmptyFirst
          title="No keys yet"
          text="A key lets a program call your services. Its secret is shown once."
          actions={
            <Button icon={<Icon of={Plus} />} why={mayCreate.why} onClick={create}>
              Create the first key
            </Button>
          }
        />
      ) : (
        <>
          <KeyToolbar
            state={state}
            facets={wanted && known.scopes.length > 0 ? known : facetsOf(rows)}
            searchRef={search}
            onSearch={(q) => replace((now) => changed(now, { q }))}
            onFilter={(name, value) => go((now) => changed(now, { [name]: value }))}
            onWanted={() => want(true)}
          />
          {data === undefined && !error && <LoadingRows label="Loading keys" />}
          {error && data === undefined && (
            <QueryProblem
              things="Keys"
              error={error}
              stillWorks="Your keys still work: the gateway does not need this page."
              onRetry={() => void refetch()}
            />
          )}
          {empty && narrowed && (
            <NoMatch
              title={noMatchTitle(state)}
              text="Keys are searched by name, id, last four, label and external id."
              actions={
                <Button onClick={() => go((now) => ({ ...firstState, sort: now.sort }))}>
                  Clear filters
                </Button>
              }
            />
          )}
          {rows.length > 0 && (
            <>
              <KeyTable
                rows={rows}
                workspace={workspace}
                sort={state.sort}
                onSort={(sort) => go((now) => changed(now, { sort }))}
                selected={new Set(selection.keys())}
                onSelect={select}
                tableRef={table}
                stale={isPlaceholderData}
              />
              <Pager
                from={state.from}
                count={rows.length}
                total={data?.total}
                onPrevious={previous ? () => go(() => previous) : undefined}
                onNext={
                  cursor === null ? undefined : () => go(() => nextPage(state, { cursor, rows: rows.length }))
                }
                hints={<Hints />}
              />
            </>
          )}
          <BulkBar count={selection.size}>
            <Button
              kind="ghost-danger"
              size={28}
              icon={<Icon of={Ban} />}
              why={
                mayRevoke.why ||
                (living.length === 0 && "They are revoked already.") ||
                (living.length > 100 && "At most 100 at once.")
              }
              onClick={() => start({ kind: "revoke", keys: living, onRevoked: clear })}
            >
              Revoke
            </Button>
            <span className="bulk-sep" />
            <Button kind="ghost" size={28} hint="Esc" onClick={clear}>
              Clear
            </Button>
          </BulkBar>
        </>
      )}
    </Page>
  );
}
