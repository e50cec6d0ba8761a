import type { Metadata } from "next";
import { headers } from "next/headers";
import { FirstData } from "@/app/(portal)/first-data";
import { CustomerPage } from "@/components/customers/customer-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session";
import { customers } from "@/lib/client/customers";
import { readCustomer } from "@/lib/customers/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Customer" };

export default async function OneCustomer({ params }: { params: Promise<{ id: string }> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:customers"))
    return (
      <Page>
        <PageHead title="Customer" crumb={{ label: "Customers", href: "/customers" }} />
        <NoPermission things="customers" scope="read:customers" workspace={workspace.name} />
      </Page>
    );
  const id = decodeURIComponent((await params).id);
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <FirstData answers={[{ queryKey: customers.detail(id).queryKey, load: () => readCustomer(actor, id) }]}>
      <CustomerPage id={id} workspace={workspace.name} nonce={nonce} />
    </FirstData>
  );
}
