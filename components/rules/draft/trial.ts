import { type Base } from "@/components/rules/draft/base";
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

/** What is asked of the API for one call, with a draft among today's rules. */
export function trialOf(
  { method, path, service, credential }: TrialCall,
  draft: ReturnType<typeof triedDraft> | null,
) {
  return { request: { method, path }, service, credential, ...(draft === null ? {} : { draft }) };
}
