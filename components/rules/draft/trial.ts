import { type Base, ruleOf } from "@/components/rules/draft/base";
import { sentPlace } from "@/components/rules/places";
import type { Method } from "@/components/rules/read-method";
import type { Attachment, Rule } from "@/lib/rules/schema";

/** A call to be judged. */
export interface TrialCall {
  method: Method;
  path: string;
  /** Slug. */
  service: string;
  /** Id of a key; null calls with nothing. */
  credential: string | null;
}

/** What a draft is tried as. */
interface Tried {
  rule: Rule;
  attachments: readonly Attachment[];
  base: Pick<Base, "stored">;
}

/** The draft as a simulation takes it. Its tests stay at home, so that a failing one does not stop the trial. */
export function triedDraft({ rule, attachments, base }: Tried) {
  const others = { ...rule };
  delete others.tests;
  return {
    ...others,
    attachments: attachments.map(sentPlace),
    ...(base.stored === null ? {} : { id: base.stored.id }),
  };
}

/** Whether a draft may reach other verdicts than the rule that it was read from; a new one may. */
export function decidesOtherwise(
  tried: ReturnType<typeof triedDraft>,
  { stored, attachments }: Pick<Base, "stored" | "attachments">,
): boolean {
  if (stored === null) return true;
  const before = triedDraft({ rule: ruleOf(stored), attachments, base: { stored } });
  return decidedBy(tried) !== decidedBy(before);
}

function decidedBy({
  effect,
  mode,
  when,
  unless,
  expr,
  expiresAt,
  attachments,
}: ReturnType<typeof triedDraft>) {
  return JSON.stringify([effect, mode, when, unless, expr, expiresAt, attachments]);
}

/** What is asked of the API for one call, with a draft among today's rules. */
export function trialOf(
  { method, path, service, credential }: TrialCall,
  draft: ReturnType<typeof triedDraft> | null,
) {
  return { request: { method, path }, service, credential, ...(draft === null ? {} : { draft }) };
}
