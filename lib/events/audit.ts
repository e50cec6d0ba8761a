import { actorLabel, type Actor } from "@/lib/api/actor";
import type { Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import type { JsonObject } from "@/lib/db/json";

/**
 * Writes one audit entry in the caller's transaction, so that a change and its trace stand or fall together.
 * `action` is `<room>.<verb>` (`keys.revoke`), `subject` the id of what changed; `detail` never holds a secret.
 */
export async function audit(
  tx: Tx,
  actor: Actor,
  entry: { action: string; subject: string | null; detail?: JsonObject },
): Promise<void> {
  await tx.auditEntry.create({
    data: {
      workspaceId: actor.workspaceId,
      id: newId("aud"),
      actor: actorLabel(actor),
      action: entry.action,
      subject: entry.subject,
      detail: entry.detail ?? {},
      address: actor.address,
    },
  });
}
