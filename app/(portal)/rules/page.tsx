import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { firstMembers } from "@/app/(portal)/rules/first-answers";
import { firstNames } from "@/app/(portal)/first-names";
import { readRuleFilters } from "@/components/rules/list/filters";
import { Rules } from "@/components/rules/list/rules";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { rules } from "@/lib/client/rules/rules";
import { findOddRules } from "@/lib/rules/findings/find";
import { FindingQuery } from "@/lib/rules/findings/schema";
import { listRules } from "@/lib/rules/read";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Rules" };

export default async function RulesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:rules"))
    return (
      <Page>
        <PageHead title="Rules" />
        <NoPermission things="rules" scope="read:rules" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const filters = readRuleFilters({ get: (name) => [given[name]].flat()[0] ?? null });
  return (
    <FirstData
      answers={[
        firstNames.services(actor),
        firstMembers(actor),
        {
          queryKey: rules.matched(filters).queryKey,
          load: () => listRules(actor, { limit: 25, ...filters, include: "matches" }),
        },
        {
          queryKey: rules.findings().queryKey,
          load: () => findOddRules(actor, FindingQuery.parse({})),
        },
      ]}
    >
      <Rules />
    </FirstData>
  );
}
