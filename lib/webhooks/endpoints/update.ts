import { requireScope, type Actor } from "@/lib/api/actor";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { stopDeliveries } from "@/lib/webhooks/endpoints/stop-deliveries";
import {
  lockEndpoint,
  presentEndpoint,
  requireReachable,
  shownUrl,
  type StoredEndpoint,
} from "@/lib/webhooks/endpoints/stored-endpoint";
import { requireReadable, startFeed } from "@/lib/webhooks/feed/own-types";
import type { UpdateWebhookEndpoint, WebhookEndpoint } from "@/lib/webhooks/schema";

/**
 * Changes an endpoint, stops it or starts it again. What waits for one that is stopped counts as failed, and can be
 * recovered. Needs `update:webhooks`, and what reading needs for Latchkey's own events that it newly names. Throws `not-found` or `invalid` (an address that may not be connected to).
 */
export async function updateEndpoint(
  actor: Actor,
  id: string,
  change: UpdateWebhookEndpoint,
): Promise<WebhookEndpoint> {
  requireScope(actor, "update:webhooks");
  if (change.url !== undefined) await requireReachable(change.url);
  return presentEndpoint(await db().$transaction((tx) => changeEndpoint(tx, actor, { id, change })));
}

async function changeEndpoint(
  tx: Tx,
  actor: Actor,
  { id, change }: { id: string; change: UpdateWebhookEndpoint },
): Promise<StoredEndpoint> {
  const { workspaceId } = actor;
  const before = await lockEndpoint(tx, actor, id);
  const { url, description, eventTypes, disabled, metadata } = change;
  // Where it leads, what it is told and that it is told anything: each hands its maker's reading on.
  if (url !== undefined || eventTypes !== undefined || disabled === false)
    requireReadable(actor, eventTypes ?? before.eventTypes);
  const row = await tx.webhookEndpoint.update({
    where: { workspaceId_id: { workspaceId, id } },
    data: {
      ...(url === undefined ? {} : { url }),
      ...(description === undefined ? {} : { description }),
      ...(eventTypes === undefined ? {} : { eventTypes }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(url === undefined || url === before.url ? {} : { failures: 0, failingSince: null }),
      ...switching(before, disabled),
      updatedAt: new Date(),
    },
    omit: { secrets: true },
  });
  await startFeed(tx, workspaceId, eventTypes ?? []);
  if (disabled === true) await stopDeliveries(tx, { workspaceId, id });
  const detail = {
    ...(url === undefined ? {} : { url: shownUrl(url) }),
    ...(description === undefined ? {} : { description }),
    ...(eventTypes === undefined ? {} : { eventTypes }),
    ...(metadata === undefined ? {} : { metadata: "replaced" }),
    ...(disabled === undefined ? {} : { disabled }),
  };
  await audit(tx, actor, { action: "webhooks.update", subject: id, detail });
  return row;
}

/** One that is started begins with a clean record; one that is stopped already keeps why. */
function switching({ disabledAt }: StoredEndpoint, disabled: boolean | undefined) {
  if (disabled === undefined || disabled === (disabledAt !== null)) return {};
  return disabled
    ? { disabledAt: new Date(), disabledReason: "by-hand" }
    : { disabledAt: null, disabledReason: null, failures: 0, failingSince: null };
}
