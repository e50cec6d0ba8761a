import type { Metadata } from "next";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { firstNames } from "@/app/(portal)/first-names";
import { Decisions } from "@/components/decisions/decisions";
import { decisionFilters } from "@/components/decisions/filters";
import { wasJudged } from "@/components/decisions/was-judged";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import type { Actor } from "@/lib/api/actor";
import { decisions } from "@/lib/client/records/decisions";
import { gatewayUrl } from "@/lib/env";
import { listDecisions } from "@/lib/events/decisions/list-decisions";
import { readDecision } from "@/lib/events/decisions/read-decision";
import { summarizeDecisions } from "@/lib/events/decisions/summarize-decisions";
import { explainRecorded } from "@/lib/rules/replay/explain-recorded";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Decisions" };

/** The decision that lies open, and what today's rules say of its call. */
async function openAnswers(actor: Actor, id: string | null): Promise<readonly FirstAnswer[]> {
  const decision = id === null ? null : await readDecision(actor, id).catch(() => null);
  if (decision === null) return [];
  const known = { queryKey: decisions.detail(decision.id).queryKey, load: () => Promise.resolve(decision) };
  if (!wasJudged(decision)) return [known];
  const load = () => explainRecorded(actor, decision.id);
  return [known, { queryKey: decisions.explanation(decision.id).queryKey, load }];
}

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
  const filters = decisionFilters.shown({ get: text });
  return (
    <FirstData
      answers={[
        {
          queryKey: decisions.list(filters).queryKey,
          firstPage: () => listDecisions(actor, { ...filters, limit: 50 }),
        },
        { queryKey: decisions.summary().queryKey, load: () => summarizeDecisions(actor, { minutes: 5 }) },
        firstNames.credentials(actor),
        firstNames.services(actor),
        firstNames.rules(actor),
        ...(await openAnswers(actor, text("open"))),
      ]}
    >
      <Decisions testCall={`curl ${gatewayUrl()}/${workspace.slug}/echo/hello`} />
    </FirstData>
  );
}
