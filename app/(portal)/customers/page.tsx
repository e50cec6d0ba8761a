import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { paramsOf, type Query } from "@/app/(portal)/params-of";
import { readCustomerFilters } from "@/components/customers/customer-filters";
import { Customers } from "@/components/customers/customers";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { customers } from "@/lib/client/customers";
import { listCustomers } from "@/lib/customers/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Customers" };

export default async function CustomersPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:customers"))
    return (
      <Page>
        <PageHead title="Customers" />
        <NoPermission things="customers" scope="read:customers" workspace={workspace.name} />
      </Page>
    );
  const filters = readCustomerFilters(paramsOf(await searchParams));
  return (
    <FirstData
      answers={[{ queryKey: customers.list(filters).queryKey, load: () => listCustomers(actor, filters) }]}
    >
      <Customers />
    </FirstData>
  );
}
