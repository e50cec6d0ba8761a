import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { digestOf } from "@/lib/audit/chain/digest";
import { eraseAction } from "@/lib/audit/chain/erasure-detail";
import type { AuditErasure, EraseAudit } from "@/lib/audit/schema";
import { db, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { writeEntry } from "@/lib/events/trail/audit";

/** Each batch is a transaction with a record of its own, so that a kill halfway leaves whole batches. */
const entriesPerBatch = 100;
const batchesMax = 50;

/**
 * Blanks what entries say of a person: the actor's name, the address, the detail. Digest, hash and place stay, and each
 * batch is recorded in the chain with the digests of what is left. Records of erasures themselves are kept. At most 5,000
 * entries a call; `more` says that others wait.
 * Needs `erase:audit`. Throws `not-found` when a named entry is not there.
 */
export async function eraseAudit(actor: Actor, input: EraseAudit): Promise<AuditErasure> {
  requireScope(actor, "erase:audit");
  requireProvider(actor);
  if (input.entries !== undefined) await requireAll(actor.workspaceId, input.entries);
  const result: AuditErasure = { erased: 0, records: [], more: true };
  while (result.more && result.records.length < batchesMax) {
    const batch = await db().$transaction((tx) => eraseBatch(tx, actor, input));
    result.more = batch?.erased === entriesPerBatch;
    if (batch === null) break;
    result.erased += batch.erased;
    result.records.push(batch.record);
  }
  return result;
}

async function requireAll(workspaceId: string, ids: readonly string[]): Promise<void> {
  const distinct = [...new Set(ids)];
  const found = await db().auditEntry.count({ where: { workspaceId, id: { in: distinct } } });
  if (found < distinct.length) throw new Problem("not-found", "One of these entries does not exist.");
}

interface Row {
  id: string;
  position: bigint | null;
  at: Date;
  actor: { kind: string; id: string };
  action: string;
  subject: string | null;
  count: number;
}

/** The chain is held first, as retention does, so that neither waits for the other's rows. */
async function eraseBatch(
  tx: Tx,
  actor: Actor,
  input: EraseAudit,
): Promise<{ erased: number; record: string } | null> {
  const { workspaceId } = actor;
  await tx.$queryRaw`select 1 from trail where workspace_id = ${workspaceId} for update`;
  const rows = await tx.$queryRaw<Row[]>`
    select id, position, at, actor, action, subject, count from audit_entry
     where workspace_id = ${workspaceId} and erased_at is null and action <> ${eraseAction} and (
       id = any(${input.entries ?? []}) or actor->>'id' = ${input.actor ?? null}::text
       or address = ${input.address ?? null}::text or jsonb_exists(detail->'addresses', ${input.address ?? null}::text))
     order by seq limit ${entriesPerBatch}`;
  if (rows.length === 0) return null;
  const record = newId("aud");
  const detail = { erasedBy: record };
  const entries = rows.map((row) => {
    const { id, at, action, subject, count } = row;
    const blank = { id, action, subject, count, detail, address: null, actor: blankActor(row.actor) };
    const digest = digestOf({ workspace: workspaceId, at: at.toISOString(), ...blank });
    return { id, position: row.position === null ? null : Number(row.position), digest, actor: blank.actor };
  });
  await tx.$executeRaw`
    update audit_entry set actor = jsonb_build_object('kind', actor->>'kind', 'id', actor->>'id', 'label', ${erasedLabel}::text),
           address = null, detail = ${JSON.stringify(detail)}::jsonb, erased_at = now()
     where workspace_id = ${workspaceId} and id = any(${entries.map(({ id }) => id)})`;
  await writeEntry(tx, actor, {
    id: record,
    action: eraseAction,
    subject: null,
    detail: {
      reason: input.reason,
      entries: entries.map(({ id, position, digest }) => ({ id, position, digest })),
    },
  });
  return { erased: rows.length, record };
}

const erasedLabel = "Erased";

function blankActor({ kind, id }: Row["actor"]) {
  return { kind, id, label: erasedLabel };
}
