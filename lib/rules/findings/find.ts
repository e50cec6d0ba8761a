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
import type { TemplatesRead } from "@/lib/rules/findings/covers-route";
import { readMatches } from "@/lib/rules/findings/matches";
import type { Finding, FindingQuery, Findings } from "@/lib/rules/findings/schema";
import { Rule } from "@/lib/rules/schema";

const findingsMax = 1_000;
/** Comparisons of two rules before other work gets a turn. */
const pairsPerTurn = 2_000;

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

/** Each rule with the denies at places that take in its first one: no other can take in all of them. One such deny is enough. */
async function coveredRules(
  stored: readonly StoredForFindings[],
  context: FindingContext,
): Promise<Finding[]> {
  const denies = new Map<string, StoredForFindings[]>();
  for (const one of stored.filter((each) => mayCover(each, context)))
    for (const { serviceId, keyId } of one.places) push(denies, `${serviceId} ${keyId}`, one);
  const templates: TemplatesRead = new Map();
  const doubled = new Set(doubles(stored).map(({ rule }) => rule.id));
  const found: Finding[] = [];
  let pairs = 0;
  for (const one of stored)
    for (const deny of deniesAt(denies, one)) {
      if (++pairs % pairsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
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

function deniesAt(
  denies: ReadonlyMap<string, StoredForFindings[]>,
  { places }: StoredForFindings,
): StoredForFindings[] {
  const [first] = places;
  if (first === undefined) return [];
  const { serviceId, keyId } = first;
  const names = new Set([`null null`, `${serviceId} null`, `null ${keyId}`, `${serviceId} ${keyId}`]);
  return [...names].flatMap((name) => denies.get(name) ?? []);
}

function push(lists: Map<string, StoredForFindings[]>, name: string, one: StoredForFindings): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [one]);
  else list.push(one);
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
  return rows.flatMap(({ id, document, createdAt, attachments }) => {
    const rule = Rule.safeParse(document);
    const lastMatchedAt = matches.get(id)?.lastMatchedAt ?? null;
    return rule.success ? [{ id, rule: rule.data, createdAt, places: attachments, lastMatchedAt }] : [];
  });
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
