import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { compileRule } from "@/lib/rules/verdict/compile";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { announceRuleset } from "@/lib/rules/current";
import type { ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import { lockRuleset, nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { revisionsAt } from "@/lib/rules/rulesets/read";
import type { RollBack, RolledBack } from "@/lib/rules/rulesets/schema";
import { insertRules, KeptAttachments, removeRules } from "@/lib/rules/rulesets/stored-rule";
import { Rule } from "@/lib/rules/schema";

type Revision = Awaited<ReturnType<typeof revisionsAt>>[number];

/**
 * Makes a new version whose rules are those of an older one; services stay as they are. What stood since is kept in
 * its versions, so a roll-back can itself be rolled back. Places whose service or credential is gone are left out and
 * counted: a rule never spreads to more than it was attached to. Needs `update:rules`.
 */
export async function rollBack(
  actor: Actor,
  { version }: RollBack,
  { note }: RulesetWriting = {},
): Promise<RolledBack> {
  requireScope(actor, "update:rules");
  requireProvider(actor);
  const answer = await db().$transaction((tx) => restoreVersion(tx, actor, { target: version, note }));
  await announceRuleset(actor.workspaceId, answer.version);
  return answer;
}

async function restoreVersion(
  tx: Tx,
  actor: Actor,
  { target, note }: RulesetWriting & { target: number },
): Promise<RolledBack> {
  const { workspaceId } = actor;
  await lockRuleset(tx, workspaceId);
  if (target !== 0 && (await tx.ruleset.count({ where: { workspaceId, version: target } })) === 0)
    throw new Problem("not-found", "There is no such ruleset.");
  const wanted = new Map(
    (await revisionsAt(tx, workspaceId, target)).map((revision) => [revision.ruleId, revision]),
  );
  const standing = await tx.ruleRevision.findMany({ where: { workspaceId, untilVersion: null } });
  const unchanged = new Set(
    standing
      .filter((one) => wanted.get(one.ruleId)?.fromVersion === one.fromVersion)
      .map((one) => one.ruleId),
  );
  const gone = standing.filter((one) => !unchanged.has(one.ruleId));
  const restored = [...wanted.values()].filter((one) => !unchanged.has(one.ruleId));
  const version = await nextVersion(tx, actor, {
    change: `Rolled back to v${target}`,
    note,
    ruleIds: [...new Set([...gone, ...restored].map((one) => one.ruleId))],
  });
  const madeAt = await creationTimes(tx, workspaceId, gone);
  // All that goes, goes first: two rules may have swapped their names since.
  await removeRules(tx, workspaceId, { ids: gone.map((one) => one.ruleId), version });
  const stands = await standingPlaces(tx, workspaceId);
  const states = restored.map((revision) => {
    const attachments = KeptAttachments.parse(revision.attachments).filter(stands);
    return {
      id: revision.ruleId,
      rule: readRevision(revision),
      attachments,
      version,
      createdAt: madeAt.get(revision.ruleId),
    };
  });
  await insertRules(tx, actor, states);
  const kept = states.reduce((sum, state) => sum + state.attachments.length, 0);
  const lostAttachments =
    restored.reduce((sum, { attachments }) => sum + KeptAttachments.parse(attachments).length, 0) - kept;
  const removed = gone.filter((one) => !wanted.has(one.ruleId)).length;
  await audit(tx, actor, {
    action: "rules.roll-back",
    subject: null,
    detail: { to: target, version, restored: restored.length, removed },
  });
  return { version, restored: restored.length, removed, lostAttachments };
}

/** A revision that this code cannot judge does not come back half understood. */
function readRevision({ name, document }: Revision): Rule {
  const parsed = Rule.safeParse(document);
  if (parsed.success && compileRule("rule_restored", parsed.data, serverEngines).errors.length === 0)
    return parsed.data;
  throw new Problem(
    "invalid",
    `The rule ${name} of that version is not one that can be enforced any more; nothing was changed.`,
  );
}

async function creationTimes(
  tx: Tx,
  workspaceId: string,
  revisions: readonly Revision[],
): Promise<Map<string, Date>> {
  const ids = revisions.map((revision) => revision.ruleId);
  const rows = await tx.rule.findMany({
    where: { workspaceId, id: { in: ids } },
    select: { id: true, createdAt: true },
  });
  return new Map(rows.map(({ id, createdAt }) => [id, createdAt]));
}

/** Tells whether a place's service and credential are still there. */
async function standingPlaces(tx: Tx, workspaceId: string): Promise<(place: ResolvedAttachment) => boolean> {
  const services = new Set(
    (await tx.service.findMany({ where: { workspaceId }, select: { id: true } })).map(({ id }) => id),
  );
  const keys = new Set(
    (await tx.key.findMany({ where: { workspaceId }, select: { id: true } })).map(({ id }) => id),
  );
  return ({ serviceId, keyId }) =>
    (serviceId === null || services.has(serviceId)) && (keyId === null || keys.has(keyId));
}
