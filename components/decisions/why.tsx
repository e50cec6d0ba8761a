import type { ReactNode } from "react";
import type { Decision } from "@/lib/events/schema";

/** Names as "a", "a and b", "a, b and c", in bold. */
function Names({ of }: { of: readonly string[] }) {
  return of.map((name, at) => (
    <span key={name}>
      {at > 0 && (at === of.length - 1 ? " and " : ", ")}
      <b>{name}</b>
    </span>
  ));
}

const said: Readonly<Record<string, string>> = {
  MALFORMED: "What was presented is not a key: its check does not hold.",
  NOT_FOUND: "No key has the presented id.",
  REVOKED: "The key is revoked.",
  EXPIRED: "The key has expired.",
  DISABLED: "The key is disabled.",
  INSUFFICIENT_SCOPE: "The key does not hold the scopes that were asked for.",
  IP_FORBIDDEN: "The call came from an address that the key's list does not allow.",
  ORIGIN_FORBIDDEN: "The page that called is of an origin that the key's list does not allow.",
  RATE_LIMITED: "A rate limit of the key was reached.",
  QUOTA_EXCEEDED: "The key's quota for the period is used up.",
  LIMITER_OPEN: "Redis did not answer, so nobody counted the call; the setting is to let it through.",
  LIMITER_CLOSED: "Redis did not answer, so nobody could count the call; the setting is to refuse it.",
  LIMITER_LOCAL: "Allowed. Redis did not answer, so this node counted the call by itself.",
  TWO_CREDENTIALS: "Two different credentials were presented.",
  BUSY: "Too many first checks of secrets were waiting. The caller was asked to come back.",
  NO_RULESET: "No ruleset was loaded, so nothing was let through.",
  NOT_CANONICAL: "The request could be read in two ways, so it was refused before anything else.",
  UPSTREAM_UNREACHABLE: "Allowed, but the upstream could not be reached.",
  UPSTREAM_TIMEOUT: "Allowed, but the upstream did not answer in time.",
  INJECTION_FAILED: "Allowed, but the upstream's secret could not be added, so nothing was sent.",
  VALID: "The key is good for what was asked.",
};

/** Why a decision came out as it did, in one sentence. */
export function Why({ decision }: { decision: Decision }): ReactNode {
  const { reason, rules, verdict } = decision;
  const service = <b>{decision.service ?? "the service"}</b>;
  if (decision.source === "authzen" && reason === "DEFAULT_DENY")
    return <>No allow rule of the workspace matched. An AuthZEN question that nothing allows is denied.</>;
  if (reason === "METHOD_NOT_ALLOWED")
    return (
      <>
        {service} does not take <code>{decision.method}</code>. Its rules were not asked.
      </>
    );
  if (reason === "SCOPE_REQUIRED")
    return <>The credential lacks a scope that {service} asks for on this route. Its rules were not asked.</>;
  if (reason === "NO_CREDENTIAL") return <>{service} is private, and no credential was presented.</>;
  if (reason === "DEFAULT_DENY") return <>No allow rule of {service} matched, and its default is deny.</>;
  if (reason === "DEFAULT_ALLOW") return <>{service} is open, and no rule denies it.</>;
  const sentence = said[reason];
  if (sentence !== undefined) return sentence;
  if (rules.length > 0 && verdict === "allow")
    return (
      <>
        <Names of={rules} /> {rules.length === 1 ? "allows" : "allow"} it, and no rule denies it.
      </>
    );
  if (rules.length > 0)
    return (
      <>
        <Names of={rules} /> {rules.length === 1 ? "denies" : "deny"} it. A deny rule wins over every allow.
      </>
    );
  return (
    <>
      Refused before any rule: <code>{reason}</code>.
    </>
  );
}

/** What stands in the rule column: the determining rules, or what decided without one. */
export function determinedBy({ reason, rules }: Pick<Decision, "reason" | "rules">): string {
  if (rules.length > 0) return rules.join(", ");
  if (reason === "NO_CREDENTIAL") return "private service";
  return reason.toLowerCase().replaceAll("_", " ");
}
