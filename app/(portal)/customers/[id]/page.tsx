import type { Metadata } from "next";
import { headers } from "next/headers";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { CustomerPage } from "@/components/customers/customer-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { listInvitations } from "@/lib/accounts/members/invitations";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { customers } from "@/lib/client/customers";
import { keys } from "@/lib/client/keys";
import { members } from "@/lib/client/people/members";
import { listCustomerMembers } from "@/lib/customers/members/members";
import { readCustomer } from "@/lib/customers/read";
import type { Customer } from "@/lib/customers/schema";
import { listKeys } from "@/lib/keys/reading/list";
import { ListKeys } from "@/lib/keys/reading/schema";
import { listPortalSessions } from "@/lib/portal-sessions/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Customer" };

/** The customer, and everything that stands on its page. */
function firstAnswers(
  actor: Actor,
  { id, customer }: { id: string; customer: Customer },
): readonly FirstAnswer[] {
  const its = { customer: customer.id, limit: 10, sort: "lastUsed" } as const;
  return [
    { queryKey: customers.detail(id).queryKey, load: () => Promise.resolve(customer) },
    { queryKey: keys.list(its).queryKey, load: () => listKeys(actor, ListKeys.parse(its)) },
    {
      queryKey: customers.members(customer.id).queryKey,
      load: () => listCustomerMembers(actor, { customer: customer.id, limit: 100 }),
    },
    { queryKey: members.invitations().queryKey, load: () => listInvitations(actor, { limit: 100 }) },
    {
      queryKey: customers.sessions(customer.id).queryKey,
      load: () => listPortalSessions(actor, { customer: customer.id, limit: 10 }),
    },
  ];
}

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
  const customer = await readCustomer(actor, id).catch(() => null);
  return (
    <FirstData answers={customer === null ? [] : firstAnswers(actor, { id, customer })}>
      <CustomerPage id={id} workspace={workspace.name} nonce={nonce} />
    </FirstData>
  );
}
