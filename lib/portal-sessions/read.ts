import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import {
  Capability,
  type ListPortalSessions,
  type PortalSession,
  type PortalSessionPage,
  type PortalSessionStatus,
} from "@/lib/portal-sessions/schema";

const list = "portal-sessions";

interface Row {
  id: string;
  customerId: string;
  capabilities: string[];
  subject: string | null;
  codeExpiresAt: Date;
  usedAt: Date | null;
  expiresAt: Date;
  revokedAt: Date | null;
  createdBy: string;
  createdAt: Date;
}

/** A page of portal sessions, newest first. Needs `read:portal-sessions`; they are the provider's to see. */
export async function listPortalSessions(
  actor: Actor,
  { cursor, limit, customer }: ListPortalSessions,
): Promise<PortalSessionPage> {
  requireScope(actor, "read:portal-sessions");
  requireProvider(actor);
  const rows = await db().portalSession.findMany({
    where: {
      workspaceId: actor.workspaceId,
      ...(customer === undefined ? {} : { customer: { OR: [{ id: customer }, { externalId: customer }] } }),
      ...(cursor === undefined ? {} : beyond(decodeCursor(list, cursor))),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor(list, [last.createdAt.getTime(), last.id])
        : null,
  };
}

/** One portal session. Needs `read:portal-sessions`. Throws `not-found`. */
export async function readPortalSession(actor: Actor, id: string): Promise<PortalSession> {
  requireScope(actor, "read:portal-sessions");
  requireProvider(actor);
  const row = await db().portalSession.findUnique({
    where: { workspaceId_id: { workspaceId: actor.workspaceId, id } },
  });
  if (row === null) throw new Problem("not-found", "There is no such portal session.");
  return present(row);
}

function beyond([position, last]: (string | number)[]) {
  const createdAt = new Date(Number(position));
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: String(last) } }] };
}

function present(row: Row): PortalSession {
  return {
    id: row.id,
    status: statusOf(row, new Date()),
    customer: row.customerId,
    capabilities: z.array(Capability).parse(row.capabilities),
    subject: row.subject,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    exchangedAt: row.usedAt?.toISOString() ?? null,
    expiresAt: (row.usedAt === null ? row.codeExpiresAt : row.expiresAt).toISOString(),
  };
}

function statusOf(row: Row, now: Date): PortalSessionStatus {
  if (row.revokedAt !== null) return "ended";
  if (row.usedAt === null) return row.codeExpiresAt > now ? "waiting" : "expired";
  return row.expiresAt > now ? "active" : "expired";
}
