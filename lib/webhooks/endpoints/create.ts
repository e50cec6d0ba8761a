import { actorId, customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { answerGiven, transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { findCustomer } from "@/lib/customers/stored/stored-customer";
import type { Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { lockHolder, type Holder } from "@/lib/webhooks/endpoints/holder";
import { newKeyring, sealKeyring } from "@/lib/webhooks/endpoints/keyring";
import { requireReachable, shownEndpoint, shownUrl } from "@/lib/webhooks/endpoints/stored-endpoint";
import { requireReadable, startFeed } from "@/lib/webhooks/feed/own-types";
import { endpointsMax, NewWebhookEndpoint, type CreateWebhookEndpoint } from "@/lib/webhooks/schema";

/**
 * Adds an endpoint of the workspace's own, or of the customer that is named or that the caller is bound to. Needs
 * `create:webhooks`, and what reading needs for Latchkey's own events that it names. Throws `not-found` (no such customer), `conflict` (its holder has {@link endpointsMax}) or `invalid`
 * (an address that may not be connected to).
 */
export async function createEndpoint(
  actor: Actor,
  { once = null, ...input }: CreateWebhookEndpoint & { once?: Once | null },
): Promise<NewWebhookEndpoint> {
  requireScope(actor, "create:webhooks");
  requireReadable(actor, input.eventTypes);
  const repeatable = { actor, once, answer: NewWebhookEndpoint };
  const given = await answerGiven(repeatable);
  if (given !== null) return given;
  await requireReachable(input.url);
  return transactOnce(repeatable, (tx) => insert(tx, actor, input));
}

async function insert(tx: Tx, actor: Actor, input: CreateWebhookEndpoint): Promise<NewWebhookEndpoint> {
  const { workspaceId } = actor;
  const { url, description, eventTypes, customer, disabled, metadata } = input;
  const customerId =
    customer === undefined ? customerOf(actor) : (await findCustomer(tx, actor, customer)).id;
  await requireRoom(tx, { workspaceId, customerId });
  const keyring = newKeyring();
  const row = await tx.webhookEndpoint.create({
    data: {
      workspaceId,
      id: newId("wep"),
      customerId,
      url,
      description,
      eventTypes,
      metadata,
      secrets: sealKeyring(keyring),
      ...(disabled ? { disabledAt: new Date(), disabledReason: "by-hand" } : {}),
      createdBy: actorId(actor),
    },
    omit: { secrets: true },
  });
  await startFeed(tx, workspaceId, eventTypes);
  const detail = { url: shownUrl(url), eventTypes, customer: customerId, disabled };
  await audit(tx, actor, { action: "webhooks.create", subject: row.id, detail });
  return { endpoint: shownEndpoint(row, 0), secret: keyring.current };
}

/** Its holder's row is locked, so that two at once cannot both be the last. */
async function requireRoom(tx: Tx, holder: Holder): Promise<void> {
  await lockHolder(tx, holder);
  const { workspaceId, customerId } = holder;
  if ((await tx.webhookEndpoint.count({ where: { workspaceId, customerId } })) >= endpointsMax)
    throw new Problem(
      "conflict",
      `${customerId === null ? "A workspace" : "A customer"} has at most ${endpointsMax} webhook endpoints.`,
    );
}
