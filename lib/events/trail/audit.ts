import { actorLabel, type Actor } from "@/lib/api/actor";
import { sealed } from "@/lib/audit/chain/seal";
import type { Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import type { JsonObject } from "@/lib/db/json";
import type { AuditAction } from "@/lib/events/catalogue";

/** What an entry says besides who did it and when. */
interface Said {
  /** `<room>.<verb>`, such as `keys.revoke`; whatever is audited is in the catalogue of events. */
  action: AuditAction;
  /** Id of what changed. */
  subject: string | null;
  /** Never holds a secret. */
  detail?: JsonObject;
}

/**
 * Writes one audit entry in the caller's transaction, so that a change and its trace stand or fall together.
 * Its place in the workspace's chain is given when the transaction ends.
 */
export async function audit(tx: Tx, actor: Actor, entry: Said): Promise<void> {
  await writeEntry(tx, actor, { id: newId("aud"), ...entry });
}

/** The same under an id that is known before. */
export async function writeEntry(tx: Tx, actor: Actor, entry: Said & { id: string }): Promise<void> {
  const { workspaceId, address } = actor;
  const { id, action, subject, detail = {} } = entry;
  const at = new Date();
  const said = { id, actor: actorLabel(actor), action, subject, detail, address };
  const proof = sealed({ workspace: workspaceId, at: at.toISOString(), ...said, count: 1 });
  await tx.auditEntry.create({ data: { workspaceId, at, ...said, ...proof } });
}
