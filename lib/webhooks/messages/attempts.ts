import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { z } from "zod";
import { db } from "@/lib/db/client";
import type { PageQuery } from "@/lib/lists/schema";
import { findEndpoint } from "@/lib/webhooks/endpoints/stored-endpoint";
import type { WebhookAttempt, WebhookAttemptPage } from "@/lib/webhooks/messages/schema";
import { findMessage } from "@/lib/webhooks/messages/stored-message";

/** Attempts for one message, newest first. Needs `read:webhooks`. Throws `not-found`. */
export async function listAttemptsOfMessage(
  actor: Actor,
  { id, ...query }: PageQuery & { id: string },
): Promise<WebhookAttemptPage> {
  requireScope(actor, "read:webhooks");
  await findMessage(db(), actor, id);
  return page({ workspaceId: actor.workspaceId, messageId: id }, query);
}

/** Attempts to one endpoint, newest first. Needs `read:webhooks`. Throws `not-found`. */
export async function listAttemptsOfEndpoint(
  actor: Actor,
  { id, ...query }: PageQuery & { id: string },
): Promise<WebhookAttemptPage> {
  requireScope(actor, "read:webhooks");
  await findEndpoint(db(), actor, id);
  return page({ workspaceId: actor.workspaceId, endpointId: id }, query);
}

/** One attempt that was just written down. */
export async function readAttempt(workspaceId: string, id: string): Promise<WebhookAttempt> {
  return present(
    await db().webhookAttempt.findUniqueOrThrow({ where: { workspaceId_id: { workspaceId, id } } }),
  );
}

type Of = { workspaceId: string; messageId: string } | { workspaceId: string; endpointId: string };

async function page(of: Of, { cursor, limit }: PageQuery): Promise<WebhookAttemptPage> {
  const list = `webhook-attempts ${"messageId" in of ? of.messageId : of.endpointId}`;
  const rows = await db().webhookAttempt.findMany({
    where: { ...of, ...(cursor === undefined ? {} : beyond(decodeCursor(list, cursor))) },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(present),
    nextCursor: last === undefined ? null : encodeCursor(list, [last.at.getTime(), last.id]),
  };
}

function beyond([position, last]: (string | number)[]) {
  const at = new Date(Number(position));
  return { OR: [{ at: { lt: at } }, { at, id: { lt: String(last) } }] };
}

const Headers = z.record(z.string(), z.string());

interface Row {
  id: string;
  messageId: string;
  endpointId: string;
  at: Date;
  durationMs: number;
  succeeded: boolean;
  responseStatus: number | null;
  responseHeaders: unknown;
  responseBody: string;
  error: string | null;
}

function present(row: Row): WebhookAttempt {
  const { responseStatus: status, responseHeaders, responseBody: body } = row;
  return {
    id: row.id,
    message: row.messageId,
    endpoint: row.endpointId,
    at: row.at.toISOString(),
    durationMs: row.durationMs,
    succeeded: row.succeeded,
    response: status === null ? null : { status, headers: Headers.parse(responseHeaders), body },
    error: row.error,
  };
}
