import type { Decision } from "@/lib/events/schema";

/** Whether a JWT called: there is no key to open. */
export function isSubject({ credential }: Pick<Decision, "credential">): boolean {
  return credential?.id.startsWith("sub_") === true;
}

/** Whether a call got as far as the rules, so that they can be asked again. */
export function wasJudged({ source, service, path }: Pick<Decision, "source" | "service" | "path">): boolean {
  return source === "authzen" || (service !== null && path.startsWith("/"));
}
