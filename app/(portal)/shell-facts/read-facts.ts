import type { ShellFacts } from "@/components/shell/facts-answer";
import type { PortalSession } from "@/lib/accounts/session";
import { db } from "@/lib/db/client";
import { recordingHealth } from "@/lib/events/record";
import { currentRuleset } from "@/lib/rules/current";
import { holds } from "@/lib/scopes/grant";

/** Counts for the rail and what is being enforced right now. Never fails: what cannot be read is left out. */
export async function readFacts({ workspace, customer, scopes }: PortalSession): Promise<ShellFacts> {
  const where = { workspaceId: workspace.id };
  const ownKeys = customer === null ? where : { ...where, customerId: customer.id };
  const may = (scope: string) => customer === null && holds(scopes, scope);
  const { lagMs, dropped } = recordingHealth();
  const [ruleset, keys, customers, services, rules] = await Promise.all([
    orAbsent(Promise.resolve(currentRuleset(workspace.id))),
    holds(scopes, "read:keys") ? orAbsent(db().key.count({ where: ownKeys })) : undefined,
    may("read:customers") ? orAbsent(db().customer.count({ where })) : undefined,
    may("read:services") ? orAbsent(db().service.count({ where })) : undefined,
    may("read:rules") ? orAbsent(db().rule.count({ where })) : undefined,
  ]);
  return {
    counts: {
      ...(keys !== undefined && { keys: { count: keys } }),
      ...(customers !== undefined && { customers: { count: customers } }),
      ...(services !== undefined && { services: { count: services } }),
      ...(rules !== undefined && { rules: { count: rules } }),
    },
    strip: {
      ...(ruleset !== undefined && { rulesetVersion: ruleset.version }),
      recordingLagSeconds: lagMs / 1000,
      recordsLost: dropped,
    },
  };
}

function orAbsent<Value>(value: Promise<Value>): Promise<Value | undefined> {
  return value.catch(() => undefined);
}
