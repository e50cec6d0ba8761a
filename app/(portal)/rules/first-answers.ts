import type { FirstAnswer } from "@/app/(portal)/first-data";
import { firstNames } from "@/app/(portal)/first-names";
import type { Base } from "@/components/rules/draft/base";
import { plainCall, triedDraft, trialOf } from "@/components/rules/draft/trial";
import { checkDraft } from "@/components/rules/json/check-draft";
import { listMembers } from "@/lib/accounts/members/members";
import type { Actor } from "@/lib/api/actor";
import { keys } from "@/lib/client/keys";
import { members } from "@/lib/client/people/members";
import { rulesets } from "@/lib/client/rules/rulesets";
import { services } from "@/lib/client/services";
import { simulations } from "@/lib/client/rules/trials";
import { listKeys } from "@/lib/keys/reading/list";
import { ListKeys } from "@/lib/keys/reading/schema";
import { Simulate } from "@/lib/rules/ask/schema";
import { simulate } from "@/lib/rules/ask/simulate";
import { listRulesets } from "@/lib/rules/rulesets/read";
import { listServices } from "@/lib/services/read";

/** Everything that the editor asks when it opens: names to choose from, versions, and how the rule judges a first call. */
export async function firstAnswers(
  actor: Actor,
  { base, service }: { base: Base; service: string | null },
): Promise<FirstAnswer[]> {
  const known = await listServices(actor, { limit: 100 }).catch(() => null);
  const names = { limit: 100, sort: "name" } as const;
  const answers: FirstAnswer[] = [
    { queryKey: keys.list(names).queryKey, load: () => listKeys(actor, ListKeys.parse(names)) },
    firstNames.services(actor),
    { queryKey: rulesets.list().queryKey, firstPage: () => listRulesets(actor, { limit: 25 }) },
  ];
  if (known === null) return answers;
  answers.push({ queryKey: services.list({ limit: 100 }).queryKey, load: () => Promise.resolve(known) });
  const called = service ?? known.items[0]?.slug;
  const { rule } = checkDraft(base.text);
  if (called === undefined || rule === null) return answers;
  const draft = triedDraft({ rule, attachments: base.attachments, base });
  const call = { method: "GET", path: "/", service: called, credential: null, ...plainCall } as const;
  return [...answers, ...[draft, null].flatMap((tried) => firstTrial(actor, trialOf(call, tried)))];
}

/** With the draft and without it, as the editor asks. */
function firstTrial(actor: Actor, trial: ReturnType<typeof trialOf>): FirstAnswer[] {
  if (!trial.ok) return [];
  const load = () => simulate(actor, Simulate.parse(trial.asked));
  return [{ queryKey: simulations.of(trial.asked).queryKey, load }];
}

/** Who may have changed a rule, by name. */
export function firstMembers(actor: Actor): FirstAnswer {
  return { queryKey: members.list().queryKey, load: () => listMembers(actor, { limit: 100 }) };
}
