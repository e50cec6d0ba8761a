"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense } from "react";
import { EntryTable, type EntryAct } from "@/components/datastore/entry-table";
import { PrefixSteps } from "@/components/datastore/prefix-steps";
import { RecentList } from "@/components/datastore/recent-list";
import { readStoreFilters } from "@/components/datastore/store-filters";
import { StoreSwitch } from "@/components/datastore/store-switch";
import { UsageFacts } from "@/components/datastore/store-usage";
import { ListSearch } from "@/components/lists/list-search";
import { ListView } from "@/components/lists/list-view";
import { useListAddress } from "@/components/lists/use-list-address";
import { changedSearch, useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { EmptyFirst, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { datastore } from "@/lib/client/datastore";

const ValueDialogs = lazy(async () => ({
  default: (await import("@/components/datastore/value/value-dialogs")).ValueDialogs,
}));

const views = [
  { value: "keys", label: "By key" },
  { value: "recent", label: "Recent" },
] as const;

/** Values of the workspace, or of one customer. Prefix, store, view and the open value stand in the address. */
export function DatastorePage({ nonce }: { nonce: string | undefined }) {
  const address = useListAddress();
  const { search, q, seek, narrow } = address;
  const { go } = useAddressBar();
  const filters = readStoreFilters(new URLSearchParams(search));
  const query = useQuery(datastore.list(filters));
  const maySet = usePermission("set:datastore");
  const mayRecent = usePermission("recent:datastore");
  const customer = search.get("customer");
  const view = search.get("view") === "recent" && mayRecent.allowed ? "recent" : "keys";
  const create = () => {
    if (maySet.allowed) go({ create: "value" });
  };
  useShortcut("c", create);
  const act = (key: string, what: EntryAct) => go({ key, do: what === "open" ? null : what });
  const hrefOf = (key: string) => changedSearch(new URLSearchParams(search), { key, do: null });
  const clear = () => narrow(q === "" ? { customer: null } : { q: null });
  const toolbar = (
    <>
      {mayRecent.allowed && (
        <SegmentedControl
          label="Order"
          options={views}
          value={view}
          onChange={(chosen) => narrow({ view: chosen === "recent" ? "recent" : null })}
        />
      )}
      {view === "keys" && (
        <ListSearch label="Keys that begin with" placeholder="Begins with" q={q} onSearch={seek} />
      )}
      <StoreSwitch customer={customer} onChange={(chosen) => narrow({ customer: chosen, q: null })} />
      {view === "keys" && <PrefixSteps prefix={q} onNarrow={(prefix) => narrow({ q: prefix })} />}
    </>
  );
  return (
    <Page layout="fill">
      <PageHead
        title="Datastore"
        count={query.data?.store.entries}
        facts={query.data && <UsageFacts store={query.data.store} />}
        actions={
          <Button
            kind="primary"
            size={28}
            icon={<Icon of={Plus} />}
            hint="C"
            why={maySet.why}
            onClick={create}
          >
            Set value
          </Button>
        }
      />
      {view === "recent" ? (
        <RecentList customer={customer} toolbar={toolbar} hrefOf={hrefOf} onAct={act} />
      ) : (
        <ListView
          query={query}
          address={address}
          things="Values"
          stillWorks="Programs still read and write: they do not need this page."
          isNarrowed={q !== "" || customer !== null}
          toolbar={toolbar}
          first={
            <EmptyFirst
              title="No values yet"
              text="A store keeps JSON and bytes under keys, for your programs and apart for each customer, with compare-and-set and a time to expire."
              actions={
                <Button icon={<Icon of={Plus} />} why={maySet.why} onClick={create}>
                  Set the first value
                </Button>
              }
            />
          }
          noMatch={
            <NoMatch
              title={q === "" ? "This store is empty" : `No key begins with “${q}”`}
              text={
                q === ""
                  ? "This customer has no values. The workspace's own are in another store."
                  : "Keys are compared from their first letter on, capitals apart."
              }
              actions={<Button onClick={clear}>{q === "" ? "Show the workspace's" : "Clear search"}</Button>}
            />
          }
        >
          {(rows) => (
            <EntryTable
              rows={rows}
              hrefOf={hrefOf}
              onAct={act}
              onNarrow={(prefix) => narrow({ q: prefix })}
            />
          )}
        </ListView>
      )}
      {(search.get("key") !== null || search.get("create") === "value") && (
        <Suspense>
          <ValueDialogs nonce={nonce} prefix={q} customer={customer ?? undefined} />
        </Suspense>
      )}
    </Page>
  );
}
