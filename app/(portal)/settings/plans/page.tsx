import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { paramsOf, type Query } from "@/app/(portal)/params-of";
import { readSearchFilters } from "@/components/lists/search-filters";
import { Plans } from "@/components/plans/plans";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { plans } from "@/lib/client/plans";
import { listPlans } from "@/lib/plans/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Plans" };

export default async function PlansPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:plans"))
    return (
      <SettingsFrame current="plans">
        <NoPermission things="plans" scope="read:plans" workspace={workspace.name} />
      </SettingsFrame>
    );
  const filters = readSearchFilters(paramsOf(await searchParams));
  return (
    <FirstData answers={[{ queryKey: plans.list(filters).queryKey, load: () => listPlans(actor, filters) }]}>
      <Plans />
    </FirstData>
  );
}
