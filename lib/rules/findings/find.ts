import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import {
  coverage,
  doubling,
  mayCover,
  ownFindings,
  whatItSays,
  type FindingContext,
  type StoredForFindings,
} from "@/lib/rules/findings/judge-rules";
import { candidateDenies } from "@/lib/rules/findings/candidates";
import type { TemplatesRead } from "@/lib/rules/findings/covers-route";
import { readMatches } from "@/lib/rules/findings/matches";
import type { Finding, FindingQuery, Findings } from "@/lib/rules/findings/schema";
import { Rule } from "@/lib/rules/schema";

const findingsMax = 1_000;
/** Comparisons of two rules before other work gets a turn. */
const pairsPerTurn = 1_000;
/** Rules that are read before other work gets a turn. */
const rulesPerTurn = 50;

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * What may be odd about the workspace's rules: never matched, stopping or stopped, covered by a broader deny, said
 * twice, or without any effect. What is said of two rules is proved by their text; it may miss some. Needs `read:rules`.
 */
export async function findOddRules(actor: Actor, { days, kind }: FindingQuery): Promise<Findings> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  const stored = await readRules(actor.workspaceId);
  const context = await readContext(actor.workspaceId, days);
  const found = [
    ...stored.flatMap((one) => ownFindings(one, context)),
    ...doubles(stored),
    ...(await coveredRules(stored, context)),
  ].filter((finding) => kind === undefined || finding.kind === kind);
  found.sort((one, other) => (one.rule.name < other.rule.name ? -1 : 1));
  return { items: found.slice(0, findingsMax), omitted: Math.max(0, found.length - findingsMax) };
}

/** Of rules that say the same, all but the first by name. */
function doubles(stored: readonly StoredForFindings[]): Finding[] {
  const firsts = new Map<string, StoredForFindings>();
  const named = stored.filter(({ rule }) => rule.mode !== "off");
  named.sort((one, other) => (one.rule.name < other.rule.name ? -1 : 1));
  return named.flatMap((one) => {
    const said = whatItSays(one);
    const first = firsts.get(said);
    if (first !== undefined) return [doubling(one, first)];
    firsts.set(said, one);
    return [];
  });
}

/** Each rule with the denies that might cover it. One such deny is enough. */
async function coveredRules(
  stored: readonly StoredForFindings[],
  context: FindingContext,
): Promise<Finding[]> {
  const deniesFor = await candidateDenies(stored.filter((one) => mayCover(one, context)));
  const templates: TemplatesRead = new Map();
  const doubled = new Set(doubles(stored).map(({ rule }) => rule.id));
  const found: Finding[] = [];
  let pairs = 0;
  for (const one of stored)
    for (const deny of deniesFor(one)) {
      if (++pairs % pairsPerTurn === 0) await nextTurn();
      const finding = coverage(one, { deny, templates });
      if (finding === null || doubled.has(deny.id) || whatItSays(deny) === whatItSays(one)) continue;
      // Of two that cover each other only the later by name is named, lest both be removed.
      const isMutual = mayCover(one, context) && coverage(deny, { deny: one, templates }) !== null;
      if (isMutual && one.rule.name < deny.rule.name) continue;
      found.push(finding);
      break;
    }
  return found;
}

async function readRules(workspaceId: string): Promise<StoredForFindings[]> {
  const rows = await db().rule.findMany({
    where: { workspaceId },
    select: {
      id: true,
      document: true,
      createdAt: true,
      attachments: { select: { serviceId: true, keyId: true } },
    },
  });
  const matches = await readMatches(workspaceId, null);
  const stored: StoredForFindings[] = [];
  for (const [index, { id, document, createdAt, attachments }] of rows.entries()) {
    if (index % rulesPerTurn === rulesPerTurn - 1) await nextTurn();
    const rule = Rule.safeParse(document);
    const lastMatchedAt = matches.get(id)?.lastMatchedAt ?? null;
    if (rule.success) stored.push({ id, rule: rule.data, createdAt, places: attachments, lastMatchedAt });
  }
  return stored;
}

async function readContext(workspaceId: string, days: number): Promise<FindingContext> {
  const services = await db().service.findMany({
    where: { workspaceId },
    select: { id: true, slug: true, defaultVerdict: true, methods: true },
  });
  const revoked = await db().key.findMany({
    where: { workspaceId, revokedAt: { not: null }, attachments: { some: {} } },
    select: { id: true },
  });
  return {
    nowMs: Date.now(),
    days,
    services: new Map(services.map((service) => [service.id, service])),
    revokedKeys: new Set(revoked.map(({ id }) => id)),
  };
}
