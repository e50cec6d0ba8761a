import { z } from "zod";
import { actorId, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { db, Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { JsonObject } from "@/lib/db/json";
import type { ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import { StoredRule, type Attachment, type Rule } from "@/lib/rules/schema";

const include = {
  attachments: {
    include: { service: { select: { slug: true } }, key: { select: { name: true } } },
    orderBy: { id: "asc" },
  },
} as const;

/** A rule's row with its attachments, or `not-found`; another workspace's does not exist. */
export async function findRule(client: Tx | ReturnType<typeof db>, workspaceId: string, id: string) {
  const row = await client.rule.findUnique({ where: { workspaceId_id: { workspaceId, id } }, include });
  if (row === null) throw new Problem("not-found", "There is no such rule.");
  return row;
}

export type RuleRow = Awaited<ReturnType<typeof findRule>>;

/** Rows with their attachments. */
export function findRules(
  client: Tx | ReturnType<typeof db>,
  query: Pick<Parameters<Tx["rule"]["findMany"]>[0] & object, "where" | "take">,
): Promise<RuleRow[]> {
  return client.rule.findMany({ ...query, include, orderBy: { name: "asc" } });
}

/** A row as the API shows it, its keys in the order of the schema, because `jsonb` does not keep the written one. */
export function presentRule(row: RuleRow): StoredRule {
  const { id, version, createdAt, updatedAt, updatedBy } = row;
  return StoredRule.parse({
    ...JsonObject.parse(row.document),
    id,
    version,
    attachments: row.attachments.map(presentAttachment).sort(byPlace),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  });
}

/** From far to near: the workspace, services by name, credentials, pairs. Rows have no order of their own. */
function byPlace(one: Attachment, other: Attachment): number {
  const place = ({ service = "", credential = "" }: Attachment) => `${credential} ${service}`;
  return place(one) < place(other) ? -1 : 1;
}

function presentAttachment({ service, keyId, key }: RuleRow["attachments"][number]): Attachment {
  return {
    ...(service === null ? {} : { service: service.slug }),
    ...(keyId === null ? {} : { credential: keyId }),
    ...(key === null ? {} : { credentialName: key.name }),
  };
}

/** A rule as it will stand from `version` on. */
export interface RuleState {
  id: string;
  rule: Rule;
  attachments: readonly ResolvedAttachment[];
  version: number;
}

/** Stores rules and begins their history. `createdAt` is given for rules that come back. */
export async function insertRules(
  tx: Tx,
  actor: Actor,
  states: readonly (RuleState & { createdAt?: Date | undefined })[],
): Promise<void> {
  const { workspaceId } = actor;
  await tx.rule.createMany({
    data: states.map(({ id, rule, version, createdAt }) => ({
      workspaceId,
      id,
      name: rule.name,
      document: JsonObject.parse(rule),
      version,
      updatedBy: actorId(actor),
      ...(createdAt === undefined ? {} : { createdAt }),
    })),
  });
  await insertAttachments(tx, workspaceId, states);
  await beginRevisions(
    tx,
    workspaceId,
    states.map((state) => state.id),
  );
}

/** Replaces a rule's text and places, and goes on with its history. */
export async function replaceRule(tx: Tx, actor: Actor, state: RuleState): Promise<void> {
  const { workspaceId } = actor;
  const { id, rule, version } = state;
  await tx.rule.update({
    where: { workspaceId_id: { workspaceId, id } },
    data: { name: rule.name, document: JsonObject.parse(rule), version, updatedBy: actorId(actor) },
  });
  await tx.ruleAttachment.deleteMany({ where: { workspaceId, ruleId: id } });
  await insertAttachments(tx, workspaceId, [state]);
  await endRevisions(tx, workspaceId, { ids: [id], version });
  await beginRevisions(tx, workspaceId, [id]);
}

/** Removes rules; their history ends before `version`. */
export async function removeRules(
  tx: Tx,
  workspaceId: string,
  { ids, version }: { ids: string[]; version: number },
): Promise<void> {
  await tx.rule.deleteMany({ where: { workspaceId, id: { in: ids } } });
  await endRevisions(tx, workspaceId, { ids, version });
}

/** Takes rules off a service that is about to go, all in one version. */
export async function detachRules(
  tx: Tx,
  actor: Actor,
  { serviceId, rows, version }: { serviceId: string; rows: readonly RuleRow[]; version: number },
): Promise<void> {
  const { workspaceId } = actor;
  const ids = rows.map((row) => row.id);
  await tx.rule.updateMany({
    where: { workspaceId, id: { in: ids } },
    data: { version, updatedBy: actorId(actor) },
  });
  await tx.ruleAttachment.deleteMany({ where: { workspaceId, serviceId } });
  await endRevisions(tx, workspaceId, { ids, version });
  await beginRevisions(tx, workspaceId, ids);
}

/** One statement however many there are: a roll-back may bring back thousands. */
async function insertAttachments(tx: Tx, workspaceId: string, states: readonly RuleState[]): Promise<void> {
  const rows = states.flatMap(({ id: ruleId, attachments }) =>
    attachments.map(({ serviceId, keyId }) => ({
      id: newId("att"),
      rule_id: ruleId,
      service_id: serviceId,
      key_id: keyId,
    })),
  );
  if (rows.length === 0) return;
  await tx.$executeRaw`
    insert into rule_attachment (workspace_id, id, rule_id, service_id, key_id)
    select ${workspaceId}, a.id, a.rule_id, a.service_id, a.key_id
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as a(id text, rule_id text, service_id text, key_id text)`;
}

/** Keeps rules as they stand now, places included, as their newest revisions. */
async function beginRevisions(tx: Tx, workspaceId: string, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    insert into rule_revision (workspace_id, rule_id, from_version, name, document, attachments)
    select r.workspace_id, r.id, r.version, r.name, r.document,
           coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('service', a.service_id, 'credential', a.key_id)) order by a.id)
                       from rule_attachment a where a.workspace_id = r.workspace_id and a.rule_id = r.id), '[]')
      from rule r
     where r.workspace_id = ${workspaceId} and r.id = any(${ids})`;
}

async function endRevisions(
  tx: Tx,
  workspaceId: string,
  { ids, version }: { ids: string[]; version: number },
): Promise<void> {
  await tx.ruleRevision.updateMany({
    where: { workspaceId, ruleId: { in: ids }, untilVersion: null },
    data: { untilVersion: version },
  });
}

/** Attachments as a revision keeps them: `[{service?: id, credential?: id}]`. */
export const KeptAttachments = z
  .array(z.object({ service: z.string().optional(), credential: z.string().optional() }))
  .transform((kept): ResolvedAttachment[] =>
    kept.map(({ service, credential }) => ({ serviceId: service ?? null, keyId: credential ?? null })),
  );
