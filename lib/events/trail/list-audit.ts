import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import { readableBy, trailCondition } from "@/lib/events/trail/customer-trail";
import { AuditEntry, type AuditFilters, type AuditPage } from "@/lib/events/schema";
import type { PageQuery } from "@/lib/lists/schema";

const list = "audit";
const ActorLabel = AuditEntry.shape.actor;
const Detail = z.record(z.string(), z.unknown());

/** The workspace's audit trail in the order of its chain, newest first. A key of a customer sees what was done to or by its customer's keys. */
export async function listAudit(
  actor: Actor,
  { cursor, limit, ...filters }: AuditFilters & PageQuery,
): Promise<AuditPage> {
  requireScope(actor, "read:audit");
  const where: Prisma.AuditEntryWhereInput = {
    workspaceId: actor.workspaceId,
    AND: [
      filters.subject === undefined ? {} : { subject: filters.subject },
      filters.action === undefined ? {} : { action: actionCondition(filters.action) },
      filters.actor === undefined ? {} : { actor: { path: ["id"], equals: filters.actor } },
      filters.address === undefined ? {} : addressCondition(filters.address),
      filters.reason === undefined ? {} : { detail: { path: ["reason"], equals: filters.reason } },
      filters.prefix === undefined ? {} : { detail: { path: ["prefix"], equals: filters.prefix } },
      filters.from === undefined ? {} : { at: { gte: filters.from } },
      filters.to === undefined ? {} : { at: { lt: filters.to } },
      await trailCondition(actor),
    ],
  };
  const rows = await rowsBehind(where, { ...placeOf(cursor), take: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const entries = page.map((row) => ({
    id: row.id,
    seq: String(row.seq),
    position: row.position === null ? null : Number(row.position),
    hash: row.hash,
    digest: row.digest,
    erasedAt: row.erasedAt?.toISOString() ?? null,
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
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor(list, [String(last.position ?? ""), String(last.seq)])
        : null,
  };
}

/** `keys.*` is every action of a room. */
function actionCondition(action: string) {
  return action.endsWith(".*") ? { startsWith: action.slice(0, -1) } : { equals: action };
}

/** Entries of failures that came too fast to be kept apart name the first few of their addresses. */
function addressCondition(address: string): Prisma.AuditEntryWhereInput {
  return { OR: [{ address }, { detail: { path: ["addresses"], array_contains: [address] } }] };
}

/** Where a page ended: a place of the chain, or a row from before it. */
interface PageEnd {
  position: bigint | null;
  seq: bigint | null;
}

function placeOf(cursor: string | undefined): PageEnd {
  if (cursor === undefined) return { position: null, seq: null };
  const [position, seq] = decodeCursor(list, cursor);
  if (position === undefined || seq === undefined)
    throw new Problem("bad-request", "This cursor is not one of this list.");
  return position === "" ? { position: null, seq: BigInt(seq) } : { position: BigInt(position), seq: null };
}

/** Entries from before the chain have no place and come after all others; asked apart, so that the index serves both. */
async function rowsBehind(
  where: Prisma.AuditEntryWhereInput,
  { position, seq, take }: PageEnd & { take: number },
) {
  const placed =
    seq === null
      ? await db().auditEntry.findMany({
          where: { ...where, position: position === null ? { not: null } : { lt: position } },
          orderBy: { position: "desc" },
          take,
        })
      : [];
  if (placed.length === take) return placed;
  const unplaced = await db().auditEntry.findMany({
    where: { ...where, position: null, ...(seq === null ? {} : { seq: { lt: seq } }) },
    orderBy: { seq: "desc" },
    take: take - placed.length,
  });
  return [...placed, ...unplaced];
}
