import type { Decision } from "@/lib/events/schema";
import { isSubjectId } from "@/lib/issuers/format";

/** Whether a JWT called: there is no key to open. */
export function isSubject({ credential }: Pick<Decision, "credential">): boolean {
  return credential !== null && isSubjectId(credential.id);
}

/** Whether a call got as far as the rules, so that they can be asked again. */
export function wasJudged({ source, service, path }: Pick<Decision, "source" | "service" | "path">): boolean {
  return source === "authzen" || (service !== null && path.startsWith("/"));
}
