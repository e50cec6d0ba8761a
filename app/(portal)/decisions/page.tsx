import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { Decisions } from "@/components/decisions/decisions";
import { shownFilters } from "@/components/decisions/filters";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session";
import { decisions } from "@/lib/client/decisions";
import { gatewayUrl } from "@/lib/env";
import { listDecisions } from "@/lib/events/list-decisions";
import { summarizeDecisions } from "@/lib/events/summarize-decisions";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Decisions" };

export default async function DecisionsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:decisions"))
    return (
      <Page>
        <PageHead title="Decisions" />
        <NoPermission things="decisions" scope="read:decisions" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const text = (name: string) => [given[name]].flat()[0] ?? null;
  const filters = shownFilters({ get: text });
  return (
    <FirstData
      answers={[
        {
          queryKey: decisions.list(filters).queryKey,
          firstPage: () => listDecisions(actor, { ...filters, limit: 50 }),
        },
        { queryKey: decisions.summary().queryKey, load: () => summarizeDecisions(actor, { minutes: 5 }) },
      ]}
    >
      <Decisions testCall={`curl ${gatewayUrl()}/${workspace.slug}/echo/hello`} />
    </FirstData>
  );
}
