import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { listedCell } from "@/lib/matrix/read-cell";
import { newestVersion } from "@/lib/matrix/rule-book";
import type { ChangeCell, ChangedCell } from "@/lib/matrix/schema";
import { announceRuleset } from "@/lib/rules/current";
import type { ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import { resolveAttachments, samePlace } from "@/lib/rules/rulesets/attachments";
import { lockRuleset, nextVersion, type RulesetWriting } from "@/lib/rules/rulesets/next-version";
import { findRules, presentRule, replaceRule, type RuleRow } from "@/lib/rules/rulesets/stored-rule";
import { ruleLimits } from "@/lib/rules/language/limits";
import { Rule, type Attachment } from "@/lib/rules/schema";

/** A rule's own text out of what is stored of it. */
const RuleText = Rule.strip();

/** What a change did, by ids of rules. */
interface Done {
  version: number | null;
  place: ResolvedAttachment;
  attached: string[];
  detached: string[];
}

/**
 * Attaches rules to a cell, a row or a column and detaches others from it, all in one ruleset version; what is so
 * already makes none. `undo` is the body that takes exactly this back. Needs `update:rules`. Throws `invalid` for a
 * rule, credential or service that is not there, `stale` when one of the rules changed since `version`.
 */
export async function changeCell(
  actor: Actor,
  change: ChangeCell,
  { note }: RulesetWriting = {},
): Promise<ChangedCell> {
  requireScope(actor, "update:rules");
  requireProvider(actor);
  const { workspaceId } = actor;
  const { version, place, attached, detached } = await db().$transaction((tx) =>
    store(tx, actor, { ...change, note }),
  );
  if (version !== null) await announceRuleset(workspaceId, version);
  const undo = { credential: place.keyId, service: place.serviceId, attach: detached, detach: attached };
  const now =
    place.keyId === null || place.serviceId === null
      ? { cell: null, version: await newestVersion(workspaceId) }
      : await listedCell(workspaceId, { credential: place.keyId, service: place.serviceId });
  return { version: version ?? now.version, cell: now.cell, attached, detached, undo };
}

async function store(tx: Tx, actor: Actor, change: ChangeCell & RulesetWriting): Promise<Done> {
  const { workspaceId } = actor;
  await lockRuleset(tx, workspaceId);
  const place = await findPlace(tx, workspaceId, change);
  const rows = await namedRules(tx, workspaceId, change);
  requireRead(rows, change.version);
  const isThere = (row: RuleRow) => row.attachments.some((held) => samePlace(held, place));
  const attached = rows.filter((row) => change.attach.includes(row.id) && !isThere(row));
  const detached = rows.filter((row) => change.detach.includes(row.id) && isThere(row));
  const done = { place, attached: attached.map(({ id }) => id), detached: detached.map(({ id }) => id) };
  if (attached.length + detached.length === 0) return { ...done, version: null };
  const version = await nextVersion(tx, actor, {
    change: changeText(attached, detached),
    note: change.note,
    ruleIds: [...done.attached, ...done.detached],
  });
  for (const row of attached) await move(tx, actor, { row, version, places: [...row.attachments, place] });
  for (const row of detached)
    await move(tx, actor, {
      row,
      version,
      places: row.attachments.filter((held) => !samePlace(held, place)),
    });
  return { ...done, version };
}

async function findPlace(tx: Tx, workspaceId: string, change: ChangeCell): Promise<ResolvedAttachment> {
  const named: Attachment = {
    ...(typeof change.service === "string" ? { service: change.service } : {}),
    ...(typeof change.credential === "string" ? { credential: change.credential } : {}),
  };
  const [place] = await resolveAttachments(tx, workspaceId, { attachments: [named], path: null });
  if (place === undefined) throw new Problem("invalid", "This place is not there.");
  return place;
}

async function namedRules(tx: Tx, workspaceId: string, { attach, detach }: ChangeCell): Promise<RuleRow[]> {
  const rows = await findRules(tx, { where: { workspaceId, id: { in: [...attach, ...detach] } } });
  const missing = (ids: readonly string[], path: string) =>
    ids.flatMap((id, index) =>
      rows.some((row) => row.id === id)
        ? []
        : [{ path: `${path}.${index}`, message: "there is no such rule" }],
    );
  const errors = [...missing(attach, "attach"), ...missing(detach, "detach")];
  if (errors.length > 0) throw new Problem("invalid", "Some fields are not valid.", { errors });
  return rows;
}

function requireRead(rows: readonly RuleRow[], read: number | undefined): void {
  const later = read === undefined ? undefined : rows.find((row) => row.version > read);
  if (later !== undefined)
    throw new Problem(
      "stale",
      `${later.name} was changed in ruleset v${later.version}; you read v${read}. Read the cell again.`,
      { members: { version: later.version } },
    );
}

async function move(
  tx: Tx,
  actor: Actor,
  { row, version, places }: { row: RuleRow; version: number; places: readonly ResolvedAttachment[] },
): Promise<void> {
  if (places.length > ruleLimits.attachments)
    throw new Problem(
      "invalid",
      `${row.name} is attached to ${ruleLimits.attachments} places already. Attach it to the service or the workspace and say in its conditions whom it means.`,
    );
  const rule = RuleText.parse(presentRule(row));
  await replaceRule(tx, actor, { id: row.id, rule, attachments: places, version });
  await audit(tx, actor, {
    action: "rules.update",
    subject: row.id,
    detail: { name: rule.name, effect: rule.effect, mode: rule.mode, version },
  });
}

function changeText(attached: readonly RuleRow[], detached: readonly RuleRow[]): string {
  const named = (verb: string, rows: readonly RuleRow[]) =>
    rows.length === 0
      ? []
      : [`${verb} ${rows.length > 3 ? `${rows.length} rules` : rows.map(({ name }) => name).join(", ")}`];
  return [...named("Attached", attached), ...named("detached", detached)]
    .join(", ")
    .replace(/^detached/, "Detached");
}
