import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { announceRuleset } from "@/lib/rules/current";
import type { ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import { resolveAttachments, samePlace } from "@/lib/rules/rulesets/attachments";
import { lockRuleset, nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { findRule, presentRule, replaceRule, type RuleRow } from "@/lib/rules/rulesets/stored-rule";
import type { Attachment, AttachRule, Rule, StoredRule } from "@/lib/rules/schema";
import {
  changedRule,
  readRuleChange,
  readWrittenRule,
  requireAheadExpiry,
} from "@/lib/rules/writing/written-rule";

interface Change extends RulesetWriting {
  id: string;
  /** What the rule becomes, given how it stands under the lock. */
  become: (stored: StoredRule) => Rule;
  /** The places it becomes attached to; undefined leaves them. */
  place: (tx: Tx, held: readonly ResolvedAttachment[]) => Promise<readonly ResolvedAttachment[]>;
  /** The version that the caller read, if it says; another one there is `stale`. */
  version: number | undefined;
}

/**
 * Replaces a rule by `input`, a whole rule as written. With `version` it is refused as `stale` when someone changed
 * the rule since; without, the last writer wins. `attachments` left out stay. Needs `update:rules`.
 */
export async function replaceWrittenRule(
  actor: Actor,
  id: string,
  input: unknown,
  { note }: RulesetWriting = {},
): Promise<StoredRule> {
  requireScope(actor, "update:rules");
  const { rule, attachments, version } = readWrittenRule(input);
  return changeRule(actor, { id, become: () => rule, place: placeAt(actor, attachments), version, note });
}

/** Changes some fields of a rule: those given replace the stored ones, null removes one. Otherwise as {@link replaceWrittenRule}. */
export async function updateRule(
  actor: Actor,
  id: string,
  input: unknown,
  { note }: RulesetWriting = {},
): Promise<StoredRule> {
  requireScope(actor, "update:rules");
  const { change, attachments, version } = readRuleChange(input);
  return changeRule(actor, {
    id,
    become: (stored) => changedRule(stored, change),
    place: placeAt(actor, attachments),
    version,
    note,
  });
}

/** Attaches a rule to places and detaches it from others, in one ruleset version. Places it has, or has not, are fine. Needs `update:rules`. */
export async function attachRule(
  actor: Actor,
  id: string,
  { attach, detach, version }: AttachRule,
  { note }: RulesetWriting = {},
): Promise<StoredRule> {
  requireScope(actor, "update:rules");
  const place: Change["place"] = async (tx, held) => {
    const added = await resolveAttachments(tx, actor.workspaceId, { attachments: attach, path: "attach" });
    const removed = await resolveAttachments(tx, actor.workspaceId, { attachments: detach, path: "detach" });
    const kept = held.filter((place) => !removed.some((other) => samePlace(place, other)));
    return [...kept, ...added.filter((place) => !kept.some((other) => samePlace(place, other)))];
  };
  return changeRule(actor, { id, become: (stored) => changedRule(stored, {}), place, version, note });
}

function placeAt({ workspaceId }: Actor, attachments: Attachment[] | undefined): Change["place"] {
  return (tx, held) =>
    attachments === undefined
      ? Promise.resolve(held)
      : resolveAttachments(tx, workspaceId, { attachments, path: "attachments" });
}

async function changeRule(actor: Actor, change: Change): Promise<StoredRule> {
  requireProvider(actor);
  const stored = await orConflict(
    db().$transaction((tx) => storeChange(tx, actor, change)),
    "A rule with that name exists.",
  );
  await announceRuleset(actor.workspaceId, stored.version);
  return stored;
}

async function storeChange(
  tx: Tx,
  actor: Actor,
  { id, become, place, version: read, note }: Change,
): Promise<StoredRule> {
  const { workspaceId } = actor;
  await lockRuleset(tx, workspaceId);
  const row = await findRule(tx, workspaceId, id);
  const before = presentRule(row);
  if (read !== undefined && read !== row.version)
    throw new Problem(
      "stale",
      `This rule was changed in ruleset v${row.version}; you read v${read}. Read it again.`,
      { members: { version: row.version, current: before, read: await ruleAsRead(tx, row, read) } },
    );
  const rule = become(before);
  requireAheadExpiry(rule, before.expiresAt);
  const attachments = await place(tx, row.attachments);
  if (isUnchanged(row, rule, attachments)) return before;
  const version = await nextVersion(tx, actor, { change: `Changed ${rule.name}`, note, ruleIds: [id] });
  await replaceRule(tx, actor, { id, rule, attachments, version });
  await audit(tx, actor, {
    action: "rules.update",
    subject: id,
    detail: { name: rule.name, effect: rule.effect, mode: rule.mode, version },
  });
  return presentRule(await findRule(tx, workspaceId, id));
}

/** The rule as it stood at the version that the caller read, so that it can tell what changed since; null when there was none. */
async function ruleAsRead(tx: Tx, { workspaceId, id }: RuleRow, version: number): Promise<unknown> {
  const revision = await tx.ruleRevision.findUnique({
    where: { workspaceId_ruleId_fromVersion: { workspaceId, ruleId: id, fromVersion: version } },
    select: { document: true },
  });
  return revision?.document ?? null;
}

/** A write that changes nothing makes no version. */
function isUnchanged(row: RuleRow, rule: Rule, attachments: readonly ResolvedAttachment[]): boolean {
  return (
    JSON.stringify(sorted(row.document)) === JSON.stringify(sorted(rule)) &&
    row.attachments.length === attachments.length &&
    attachments.every((place) => row.attachments.some((other) => samePlace(place, other)))
  );
}

/** With every object's keys in order, because `jsonb` does not keep the order they were written in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, item]) => [key, sorted(item)]),
  );
}
