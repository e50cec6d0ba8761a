import type { Metadata } from "next";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { PlanPage } from "@/components/plans/plan-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { customers } from "@/lib/client/customers";
import { keys } from "@/lib/client/keys";
import { plans } from "@/lib/client/plans";
import { listCustomers } from "@/lib/customers/read";
import { listKeys } from "@/lib/keys/reading/list";
import { ListKeys } from "@/lib/keys/reading/schema";
import { readPlan } from "@/lib/plans/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Plan" };

/** The plan, and who is on it. */
function firstAnswers(actor: Actor, name: string): readonly FirstAnswer[] {
  const on = { plan: name, limit: 10 } as const;
  const naming = { ...on, sort: "lastUsed" } as const;
  return [
    { queryKey: plans.detail(name).queryKey, load: () => readPlan(actor, name) },
    { queryKey: customers.list(on).queryKey, load: () => listCustomers(actor, on) },
    { queryKey: keys.list(naming).queryKey, load: () => listKeys(actor, ListKeys.parse(naming)) },
  ];
}

export default async function OnePlan({ params }: { params: Promise<{ name: string }> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:plans"))
    return (
      <Page>
        <PageHead title="Plan" crumb={{ label: "Plans", href: "/settings/plans" }} />
        <NoPermission things="plans" scope="read:plans" workspace={workspace.name} />
      </Page>
    );
  const name = decodeURIComponent((await params).name);
  return (
    <FirstData answers={firstAnswers(actor, name)}>
      <PlanPage name={name} workspace={workspace.name} />
    </FirstData>
  );
}
