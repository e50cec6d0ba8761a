import { readableMethod } from "@/components/rules/read-method";
import type { Decision } from "@/lib/events/schema";

/** Whether a JWT called: there is no key to open, and its claims are not kept for asking again. */
export function isSubject({ credential }: Pick<Decision, "credential">): boolean {
  return credential?.id.startsWith("sub_") === true;
}

/** The recorded call as a question to today's rules; null where they cannot be asked. */
export function sameCall(decision: Pick<Decision, "service" | "method" | "path" | "credential">) {
  const { service, path, credential } = decision;
  const method = readableMethod(decision.method);
  if (service === null || method === null || !path.startsWith("/") || isSubject(decision)) return null;
  return { service, credential: credential?.id ?? null, request: { method, path } };
}
