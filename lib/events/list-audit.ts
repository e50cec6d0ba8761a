import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { readableBy, trailCondition } from "@/lib/events/customer-trail";
import { AuditEntry, type AuditFilters, type AuditPage } from "@/lib/events/schema";
import type { PageQuery } from "@/lib/lists/schema";

const list = "audit";
const ActorLabel = AuditEntry.shape.actor;
const Detail = z.record(z.string(), z.unknown());

/** The workspace's audit trail, newest first. A key of a customer sees what was done to or by its customer's keys. */
export async function listAudit(
  actor: Actor,
  { cursor, limit, ...filters }: AuditFilters & PageQuery,
): Promise<AuditPage> {
  requireScope(actor, "read:audit");
  const rows = await db().auditEntry.findMany({
    where: {
      workspaceId: actor.workspaceId,
      AND: [
        filters.subject === undefined ? {} : { subject: filters.subject },
        filters.action === undefined ? {} : { action: actionCondition(filters.action) },
        filters.actor === undefined ? {} : { actor: { path: ["id"], equals: filters.actor } },
        filters.address === undefined ? {} : { address: filters.address },
        filters.reason === undefined ? {} : { detail: { path: ["reason"], equals: filters.reason } },
        filters.prefix === undefined ? {} : { detail: { path: ["prefix"], equals: filters.prefix } },
        filters.from === undefined ? {} : { at: { gte: filters.from } },
        filters.to === undefined ? {} : { at: { lt: filters.to } },
        cursor === undefined ? {} : { seq: { lt: positionOf(cursor) } },
        await trailCondition(actor),
      ],
    },
    orderBy: { seq: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const entries = page.map((row) => ({
    id: row.id,
    seq: String(row.seq),
    at: row.at.toISOString(),
    actor: ActorLabel.parse(row.actor),
    action: row.action,
    subject: row.subject,
    detail: Detail.parse(row.detail),
    address: row.address,
    count: row.count,
  }));
  return {
    items: await readableBy(actor, entries),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(list, [String(last.seq)]) : null,
  };
}

/** `keys.*` is every action of a room. */
function actionCondition(action: string) {
  return action.endsWith(".*") ? { startsWith: action.slice(0, -1) } : { equals: action };
}

function positionOf(cursor: string): bigint {
  const [seq] = decodeCursor(list, cursor);
  if (seq === undefined) throw new Problem("bad-request", "This cursor is not one of this list.");
  return BigInt(seq);
}
