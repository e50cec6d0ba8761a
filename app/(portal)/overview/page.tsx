import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { KeyTasks } from "@/components/keys/act/key-tasks";
import { OverviewPage } from "@/components/overview/overview";
import { readQuestion } from "@/components/overview/question";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { overview } from "@/lib/client/overview";
import { gatewayUrl } from "@/lib/env";
import { holds } from "@/lib/scopes/grant";
import { overview as readOverview } from "@/lib/usage/overview/overview";

export const metadata: Metadata = { title: "Overview" };

export default async function Overview({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace, role, customer } = await requirePortalSession();
  if (!holds(actor.scopes, "read:usage"))
    return (
      <Page>
        <PageHead title="Overview" />
        <NoPermission things="usage" scope="read:usage" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const question = readQuestion((name) => [given[name]].flat()[0] ?? null);
  return (
    <FirstData
      answers={[{ queryKey: overview.of(question).queryKey, load: () => readOverview(actor, question) }]}
    >
      <KeyTasks
        gateway={gatewayUrl()}
        workspace={workspace.slug}
        mayLimit={customer === null && (role === "owner" || role === "admin")}
      >
        <OverviewPage />
      </KeyTasks>
    </FirstData>
  );
}
