import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, type Tx } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import type { PageQuery } from "@/lib/lists/schema";
import { readNodes } from "@/lib/nodes/applied";
import { appliedVersion } from "@/lib/rules/current";
import type { ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import {
  RuleInVersion,
  type RulesetDetail,
  type RulesetDiff,
  type RulesetPage,
  type RulesetSummary,
} from "@/lib/rules/rulesets/schema";
import { KeptAttachments } from "@/lib/rules/rulesets/stored-rule";

const list = "rulesets";
const Position = z.tuple([z.number()]);

/** The workspace's rulesets, newest first, and the version that this node applies. Needs `read:rules`. */
export async function listRulesets(actor: Actor, { cursor, limit }: PageQuery): Promise<RulesetPage> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const { workspaceId } = actor;
  const [before] = cursor === undefined ? [] : Position.parse(decodeCursor(list, cursor));
  const rows = await db().ruleset.findMany({
    where: { workspaceId, ...(before === undefined ? {} : { version: { lt: before } }) },
    orderBy: { version: "desc" },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(presentRuleset);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor(list, [last.version]),
    total: await db().ruleset.count({ where: { workspaceId } }),
    applied: appliedVersion(workspaceId),
    nodes: await readNodes(workspaceId),
  };
}

/** One version with the rules that it holds. Needs `read:rules`. */
export async function readRuleset(actor: Actor, version: number): Promise<RulesetDetail> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const { workspaceId } = actor;
  const row = await db().ruleset.findUnique({ where: { workspaceId_version: { workspaceId, version } } });
  if (row === null) throw new Problem("not-found", "There is no such ruleset.");
  return { ...presentRuleset(row), rules: await rulesAt(actor.workspaceId, version) };
}

/** What changed from one version to another, either way round; 0 is the beginning, without rules. Needs `read:rules`. */
export async function diffRulesets(
  actor: Actor,
  { from, to }: { from: number; to: number },
): Promise<RulesetDiff> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  await requireVersions(actor.workspaceId, [from, to]);
  const before = new Map((await rulesAt(actor.workspaceId, from)).map((rule) => [rule.id, rule]));
  const after = new Map((await rulesAt(actor.workspaceId, to)).map((rule) => [rule.id, rule]));
  const changed = [...before.values()].flatMap((old) => {
    const now = after.get(old.id);
    return now === undefined || JSON.stringify(now) === JSON.stringify(old)
      ? []
      : [{ before: old, after: now }];
  });
  return {
    from,
    to,
    added: [...after.values()].filter((rule) => !before.has(rule.id)),
    removed: [...before.values()].filter((rule) => !after.has(rule.id)),
    changed,
  };
}

async function requireVersions(workspaceId: string, versions: readonly number[]): Promise<void> {
  const asked = [...new Set(versions)].filter((version) => version !== 0);
  const found = await db().ruleset.count({ where: { workspaceId, version: { in: asked } } });
  if (found < asked.length) throw new Problem("not-found", "There is no such ruleset.");
}

/** The revisions that stand at a version. */
export function revisionsAt(client: Tx | ReturnType<typeof db>, workspaceId: string, version: number) {
  return client.ruleRevision.findMany({
    where: {
      workspaceId,
      fromVersion: { lte: version },
      OR: [{ untilVersion: null }, { untilVersion: { gt: version } }],
    },
    orderBy: { name: "asc" },
  });
}

async function rulesAt(workspaceId: string, version: number): Promise<RuleInVersion[]> {
  const revisions = await revisionsAt(db(), workspaceId, version);
  const services = await db().service.findMany({ where: { workspaceId }, select: { id: true, slug: true } });
  const slugs = new Map(services.map(({ id, slug }) => [id, slug]));
  return revisions.map(({ ruleId, document, attachments }) =>
    RuleInVersion.parse({
      ...JsonObject.parse(document),
      id: ruleId,
      attachments: KeptAttachments.parse(attachments).map((place) => presentPlace(place, slugs)),
    }),
  );
}

function presentPlace({ serviceId, keyId }: ResolvedAttachment, slugs: ReadonlyMap<string, string>) {
  return {
    ...(serviceId === null ? {} : { service: slugs.get(serviceId) ?? serviceId }),
    ...(keyId === null ? {} : { credential: keyId }),
  };
}

function presentRuleset({
  version,
  author,
  note,
  change,
  createdAt,
}: {
  version: number;
  author: string;
  note: string;
  change: string;
  createdAt: Date;
}): RulesetSummary {
  // Versions of earlier releases have the sentence as their note.
  return {
    version,
    author,
    note: note || change,
    change: change || note,
    createdAt: createdAt.toISOString(),
  };
}
