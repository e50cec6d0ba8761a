import type { ShellFacts } from "@/components/shell/frame/facts-answer";
import type { PortalSession } from "@/lib/accounts/session/session";
import { readStanding } from "@/lib/audit/standing";
import { db } from "@/lib/db/client";
import { recordingHealth } from "@/lib/events/recording/health";
import { readNodes } from "@/lib/nodes/applied";
import type { NodeView } from "@/lib/nodes/schema";
import { currentRuleset } from "@/lib/rules/current";
import { holds } from "@/lib/scopes/grant";

/** Counts for the rail and what is being enforced right now. Never fails: what cannot be read is left out. */
export async function readFacts({ workspace, customer, scopes, actor }: PortalSession): Promise<ShellFacts> {
  const where = { workspaceId: workspace.id };
  const ownKeys = customer === null ? where : { ...where, customerId: customer.id };
  const may = (scope: string) => customer === null && holds(scopes, scope);
  const { lagMs, dropped } = recordingHealth();
  const [ruleset, nodes, keys, customers, services, rules, chain] = await Promise.all([
    orAbsent(Promise.resolve(currentRuleset(workspace.id))),
    customer === null ? orAbsent(readNodes(workspace.id)) : undefined,
    holds(scopes, "read:keys") ? orAbsent(db().key.count({ where: ownKeys })) : undefined,
    may("read:customers") ? orAbsent(db().customer.count({ where })) : undefined,
    may("read:services") ? orAbsent(db().service.count({ where })) : undefined,
    may("read:rules") ? orAbsent(db().rule.count({ where })) : undefined,
    may("read:audit") ? orAbsent(readStanding(actor)) : undefined,
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
      ...(ruleset !== undefined && nodes !== undefined && { nodes: countNodes(nodes, ruleset.version) }),
      recordingLagSeconds: lagMs / 1000,
      recordsLost: dropped,
      ...(chain?.head && { verifiedTo: chain.head.position }),
    },
  };
}

/** Nodes that are up and hold the workspace; one that was not asked yet holds none and enforces nothing. */
function countNodes(
  nodes: readonly NodeView[],
  version: number,
): { all: number; applied: number } | undefined {
  const holding = nodes.filter(({ live, applied }) => live && applied !== null);
  if (holding.length === 0) return undefined;
  return { all: holding.length, applied: holding.filter(({ applied }) => (applied ?? 0) >= version).length };
}

function orAbsent<Value>(value: Promise<Value>): Promise<Value | undefined> {
  return value.catch(() => undefined);
}
