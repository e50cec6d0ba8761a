import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { orConflict, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { announceRuleset } from "@/lib/rules/current";
import { resolveAttachments } from "@/lib/rules/rulesets/attachments";
import { nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { findRule, insertRules, presentRule } from "@/lib/rules/rulesets/stored-rule";
import { ruleLimits } from "@/lib/rules/language/limits";
import { StoredRule } from "@/lib/rules/schema";
import { readWrittenRule, requireAheadExpiry, type WrittenRule } from "@/lib/rules/writing/written-rule";

/**
 * Stores a rule as written, with its `attachments`; the next call on this node is judged by it. Left out, they are
 * `[{}]`, the whole workspace, as a rule without `when` applies to every call; `[]` attaches it nowhere yet. Needs
 * `create:rules`. Throws `invalid` with every wrong place, or `conflict` (the name is taken).
 */
export async function createRule(
  actor: Actor,
  input: unknown,
  { once = null, note }: RulesetWriting & { once?: Once | null } = {},
): Promise<StoredRule> {
  requireScope(actor, "create:rules");
  requireProvider(actor);
  const written = readWrittenRule(input);
  requireAheadExpiry(written.rule, undefined);
  const stored = await orConflict(
    transactOnce({ actor, once, answer: StoredRule }, (tx) => storeRule(tx, actor, { ...written, note })),
    "A rule with that name exists.",
  );
  await announceRuleset(actor.workspaceId, stored.version);
  return stored;
}

async function storeRule(
  tx: Tx,
  actor: Actor,
  { rule, attachments = [{}], note }: WrittenRule & RulesetWriting,
): Promise<StoredRule> {
  const { workspaceId } = actor;
  const id = newId("rule");
  const version = await nextVersion(tx, actor, {
    change: `Created ${rule.name}`,
    note,
    ruleIds: [id],
  });
  if ((await tx.rule.count({ where: { workspaceId } })) >= ruleLimits.rulesPerWorkspace)
    throw new Problem("invalid", `A workspace may have ${ruleLimits.rulesPerWorkspace} rules.`);
  const resolved = await resolveAttachments(tx, workspaceId, { attachments, path: "attachments" });
  await insertRules(tx, actor, [{ id, rule, attachments: resolved, version }]);
  await audit(tx, actor, {
    action: "rules.create",
    subject: id,
    detail: { name: rule.name, effect: rule.effect, mode: rule.mode, version },
  });
  return presentRule(await findRule(tx, workspaceId, id));
}
