"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { lazy, Suspense } from "react";
import { readCustomerFilters } from "@/components/customers/customer-filters";
import { CustomerTable } from "@/components/customers/customer-table";
import { ListView } from "@/components/lists/list-view";
import { ListSearch } from "@/components/lists/list-search";
import { useListAddress } from "@/components/lists/use-list-address";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { EmptyFirst, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { customers } from "@/lib/client/customers";

const CustomerDialog = lazy(async () => ({
  default: (await import("@/components/customers/form/customer-dialog")).CustomerDialog,
}));

const statuses = [
  { value: "active", label: "Active" },
  { value: "disabled", label: "Disabled" },
];

/** Whom the workspace hands keys to. Search, filter and page stand in the address. */
export function Customers() {
  const router = useRouter();
  const address = useListAddress();
  const { search, q, seek, narrow } = address;
  const { go, amend } = useAddressBar();
  const filters = readCustomerFilters(new URLSearchParams(search));
  const query = useQuery(customers.list(filters));
  const mayCreate = usePermission("create:customers");
  const status = filters.status ?? null;
  const create = () => {
    if (mayCreate.allowed) go({ create: "customer" });
  };
  useShortcut("c", create);
  return (
    <Page layout="fill">
      <PageHead
        title="Customers"
        count={query.data?.total}
        actions={
          <Button
            kind="primary"
            size={28}
            icon={<Icon of={Plus} />}
            hint="C"
            why={mayCreate.why}
            onClick={create}
          >
            Add customer
          </Button>
        }
      />
      <ListView
        query={query}
        address={address}
        things="Customers"
        stillWorks="Their keys still work: the gateway does not need this page."
        isNarrowed={q !== "" || status !== null}
        toolbar={
          <>
            <ListSearch
              label="Search customers"
              placeholder="Search name, id or external id"
              q={q}
              onSearch={seek}
            />
            <FilterChip
              label="Status"
              options={statuses}
              value={status}
              onChange={(value) => narrow({ status: value })}
            />
          </>
        }
        first={
          <EmptyFirst
            title="No customers yet"
            text="A customer holds keys of its own, up to a ceiling of scopes, under a plan, and can be stopped at once."
            actions={
              <Button icon={<Icon of={Plus} />} why={mayCreate.why} onClick={create}>
                Add the first customer
              </Button>
            }
          />
        }
        noMatch={
          <NoMatch
            title={q === "" ? "No customer matches this filter" : `No customer matches “${q}”`}
            text="Name, id and external id are searched."
            actions={<Button onClick={() => narrow({ q: null, status: null })}>Clear filters</Button>}
          />
        }
      >
        {(rows) => <CustomerTable rows={rows} />}
      </ListView>
      {search.get("create") === "customer" && mayCreate.allowed && (
        <Suspense>
          <CustomerDialog
            customer={null}
            onClose={() => amend({ create: null })}
            onSaved={(saved) => {
              toast({ text: `${saved.name} added. It has no keys yet.` });
              router.push(`/customers/${saved.id}`);
            }}
          />
        </Suspense>
      )}
    </Page>
  );
}
