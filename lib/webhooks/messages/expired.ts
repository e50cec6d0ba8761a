import { expiredChunk } from "@/lib/db/expired-chunk";

/**
 * Messages older than their workspace keeps decisions, with their deliveries and attempts; one that waits for an endpoint
 * stays until that is over.
 */
export const expiredMessages = expiredChunk(
  "webhook_message",
  `created_at < now() - make_interval(days => w.retention_days) and not exists (
     select 1 from webhook_delivery d
      where d.workspace_id = w.id and d.message_id = webhook_message.id and d.status = 'pending')`,
);
