import type { Metadata } from "next";
import { type FirstAnswer, FirstData } from "@/app/(portal)/first-data";
import { firstNames } from "@/app/(portal)/first-names";
import { Decisions } from "@/components/decisions/decisions";
import { shownFilters } from "@/components/decisions/filters";
import { sameCall } from "@/components/decisions/same-call";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session";
import type { Actor } from "@/lib/api/actor";
import { decisions } from "@/lib/client/decisions";
import { simulations } from "@/lib/client/trials";
import { gatewayUrl } from "@/lib/env";
import { listDecisions } from "@/lib/events/list-decisions";
import { readDecision } from "@/lib/events/read-decision";
import { summarizeDecisions } from "@/lib/events/summarize-decisions";
import { Simulate } from "@/lib/rules/ask/schema";
import { simulate } from "@/lib/rules/ask/simulate";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Decisions" };

/** The decision that lies open, and what today's rules say of its call. */
async function openAnswers(actor: Actor, id: string | null): Promise<readonly FirstAnswer[]> {
  const decision = id === null ? null : await readDecision(actor, id).catch(() => null);
  if (decision === null) return [];
  const known = { queryKey: decisions.detail(decision.id).queryKey, load: () => Promise.resolve(decision) };
  const asked = sameCall(decision);
  if (asked === null) return [known];
  const load = () => simulate(actor, Simulate.parse(asked));
  return [known, { queryKey: simulations.of(asked).queryKey, load }];
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
  const filters = shownFilters({ get: text });
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
