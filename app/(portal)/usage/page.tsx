import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { groupsAsked, readUsageState } from "@/components/usage/question";
import { UsagePage } from "@/components/usage/usage-page";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { usage } from "@/lib/client/records/usage";
import { holds } from "@/lib/scopes/grant";
import { groupUsage } from "@/lib/usage/measures/group-usage";
import { UsageQuestion } from "@/lib/usage/question";

export const metadata: Metadata = { title: "Usage" };

export default async function Usage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:usage"))
    return (
      <Page>
        <PageHead title="Usage" />
        <NoPermission things="usage" scope="read:usage" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const state = readUsageState((name) => [given[name]].flat()[0] ?? null);
  const asked = groupsAsked(state);
  const question = UsageQuestion.parse({ ...asked, groupBy: state.split });
  return (
    <FirstData
      answers={[{ queryKey: usage.by(state.split, asked).queryKey, load: () => groupUsage(actor, question) }]}
    >
      <UsagePage workspace={workspace.name} />
    </FirstData>
  );
}
