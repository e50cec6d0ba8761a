import { onTestFinished } from "vitest";
import { sql } from "@/lib/db/client";
import { receiving, type WebhookReceiver } from "@/lib/testing/servers/webhook-receiver";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { createDeliverer, type Deliverer, type DelivererOptions } from "@/lib/webhooks/delivery/deliverer";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { readEndpoint } from "@/lib/webhooks/endpoints/read";
import { listAttemptsOfMessage } from "@/lib/webhooks/messages/attempts";
import { createMessage } from "@/lib/webhooks/messages/create";
import { readMessage } from "@/lib/webhooks/messages/read";
import type { WebhookAttempt, WebhookMessage } from "@/lib/webhooks/messages/schema";
import { CreateWebhookEndpoint, type NewWebhookEndpoint, type WebhookEndpoint } from "@/lib/webhooks/schema";

/** A workspace whose one endpoint leads to a receiver that takes everything. */
export interface WebhookScene {
  workspace: TestWorkspace;
  receiver: WebhookReceiver;
  made: NewWebhookEndpoint;
  /** Sends what is due in this workspace. */
  deliverer(options?: DelivererOptions): Deliverer;
  endpointAt(url: string, eventTypes?: string[]): Promise<NewWebhookEndpoint>;
  /** Answers the message's id. */
  send(eventType?: string, payload?: object): Promise<string>;
  /** Makes everything that waits due now, as if the time had come. */
  makeDue(): Promise<void>;
  endpointNow(): Promise<WebhookEndpoint>;
  messageNow(id: string): Promise<WebhookMessage>;
  attemptsOf(id: string): Promise<WebhookAttempt[]>;
}

export async function webhookScene(): Promise<WebhookScene> {
  const workspace = await createTestWorkspace();
  const { owner, workspaceId } = workspace;
  const endpointAt = (url: string, eventTypes: string[] = []) =>
    createEndpoint(owner, CreateWebhookEndpoint.parse({ url, eventTypes }));
  const receiver = await receiving();
  const made = await endpointAt(receiver.url);
  return {
    workspace,
    receiver,
    made,
    endpointAt,
    deliverer: (options = {}) => delivering({ workspaceId, timeoutMs: 3_000, ...options }),
    send: async (eventType = "invoice.paid", payload = { amount: 1 }) =>
      (await createMessage(owner, { eventType, payload })).id,
    async makeDue() {
      await sql().query(
        "update webhook_delivery set next_attempt_at = now() where workspace_id = $1 and status = 'pending'",
        [workspaceId],
      );
    },
    endpointNow: () => readEndpoint(owner, made.endpoint.id),
    messageNow: (id) => readMessage(owner, id),
    attemptsOf: async (id) => (await listAttemptsOfMessage(owner, { id, limit: 100 })).items,
  };
}

/** A deliverer that stops when the test ends. */
export function delivering(options: DelivererOptions): Deliverer {
  const deliverer = createDeliverer(options);
  onTestFinished(() => deliverer.stop());
  return deliverer;
}
