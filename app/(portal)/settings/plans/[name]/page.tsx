import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { PlanPage } from "@/components/plans/plan-page";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { plans } from "@/lib/client/plans";
import { readPlan } from "@/lib/plans/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Plan" };

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
    <FirstData answers={[{ queryKey: plans.detail(name).queryKey, load: () => readPlan(actor, name) }]}>
      <PlanPage name={name} workspace={workspace.name} />
    </FirstData>
  );
}
