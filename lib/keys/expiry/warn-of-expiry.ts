import { z } from "zod";
import { db, type Tx } from "@/lib/db/client";
import { emitEvent } from "@/lib/events/emit";

/** Keys warned of in one transaction. */
const keysPerRun = 200;

const Due = z.object({
  workspace_id: z.string(),
  id: z.string(),
  name: z.string(),
  environment: z.string(),
  customer_id: z.string().nullable(),
  expires_at: z.date(),
  last_used_at: z.date().nullable(),
  threshold: z.enum(["7d", "1d"]),
});

/**
 * Emits `key.expiring` for every working key that expires within seven days, and again within one; a key first seen
 * within one day is warned of once. The key remembers what was warned of in the event's own transaction, so neither a
 * restart nor a second node tells twice, and a killed run tells later. Moving the expiry begins anew. Returns how many.
 */
export async function warnOfExpiry(now = new Date()): Promise<number> {
  let warned = 0;
  for (;;) {
    const count = await db().$transaction((tx) => warnSome(tx, now));
    warned += count;
    if (count < keysPerRun) return warned;
  }
}

async function warnSome(tx: Tx, now: Date): Promise<number> {
  const due = z.array(Due).parse(await takeDue(tx, now));
  for (const key of due)
    await emitEvent(tx, {
      workspaceId: key.workspace_id,
      type: "key.expiring",
      subject: key.id,
      customerId: key.customer_id,
      data: {
        name: key.name,
        environment: key.environment,
        expiresAt: key.expires_at.toISOString(),
        threshold: key.threshold,
        lastUsedAt: key.last_used_at?.toISOString() ?? null,
      },
    });
  return due.length;
}

/** Locked rows are another node's, which is warning of them now. A clock set back brings no earlier warning again. */
function takeDue(tx: Tx, now: Date): Promise<unknown> {
  return tx.$queryRaw`
    with due as (
      select k.workspace_id, k.id, t.threshold, t.expiry || ' ' || t.threshold as warning
        from api_key k
        left join customer c on c.workspace_id = k.workspace_id and c.id = k.customer_id
       cross join lateral (
         select to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as expiry,
                case when k.expires_at <= ${now}::timestamptz + interval '1 day' then '1d' else '7d' end as threshold) t
       where k.expires_at is not null and k.revoked_at is null and k.disabled_at is null and c.disabled_at is null
         and k.expires_at > ${now}::timestamptz and k.expires_at <= ${now}::timestamptz + interval '7 days'
         and k.expiry_warned is distinct from t.expiry || ' ' || t.threshold
         and k.expiry_warned is distinct from t.expiry || ' 1d'
       order by k.expires_at, k.id limit ${keysPerRun} for update of k skip locked)
    update api_key k set expiry_warned = due.warning
      from due where k.workspace_id = due.workspace_id and k.id = due.id
    returning k.workspace_id, k.id, k.name, k.environment, k.customer_id, k.expires_at, k.last_used_at, due.threshold`;
}
