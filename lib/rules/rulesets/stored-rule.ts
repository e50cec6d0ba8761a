import { z } from "zod";
import { actorId, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { db, Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { JsonObject } from "@/lib/db/json";
import type { ResolvedAttachment } from "@/lib/rules/ruleset";
import { Rule, StoredRule, type Attachment } from "@/lib/rules/schema";

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
    attachments: row.attachments.map(presentAttachment),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  });
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
  await beginRevisions(tx, workspaceId, states);
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
  await beginRevisions(tx, workspaceId, [state]);
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
  const states = rows.map(({ id, document, attachments }) => ({
    id,
    rule: Rule.parse(document),
    attachments: attachments.filter((place) => place.serviceId !== serviceId),
    version,
  }));
  await beginRevisions(tx, workspaceId, states);
}

async function insertAttachments(tx: Tx, workspaceId: string, states: readonly RuleState[]): Promise<void> {
  await tx.ruleAttachment.createMany({
    data: states.flatMap(({ id, attachments }) =>
      attachments.map(({ serviceId, keyId }) => ({
        workspaceId,
        id: newId("att"),
        ruleId: id,
        serviceId,
        keyId,
      })),
    ),
  });
}

async function beginRevisions(tx: Tx, workspaceId: string, states: readonly RuleState[]): Promise<void> {
  await tx.ruleRevision.createMany({
    data: states.map(({ id, rule, attachments, version }) => ({
      workspaceId,
      ruleId: id,
      fromVersion: version,
      name: rule.name,
      document: JsonObject.parse(rule),
      attachments: attachments.map(keptAttachment),
    })),
  });
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

function keptAttachment({ serviceId, keyId }: ResolvedAttachment): { service?: string; credential?: string } {
  return {
    ...(serviceId === null ? {} : { service: serviceId }),
    ...(keyId === null ? {} : { credential: keyId }),
  };
}

/** Attachments as a revision keeps them: `[{service?: id, credential?: id}]`. */
export const KeptAttachments = z
  .array(z.object({ service: z.string().optional(), credential: z.string().optional() }))
  .transform((kept): ResolvedAttachment[] =>
    kept.map(({ service, credential }) => ({ serviceId: service ?? null, keyId: credential ?? null })),
  );
