import { z } from "zod";
import { sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { openKeyring, signingSecrets } from "@/lib/webhooks/endpoints/keyring";

/** Longer than an attempt can take, so that another node begins only after the first gave up or died. */
const leaseSeconds = 30;
/** Due deliveries that are looked at in one round; endpoints that take no more are passed over before. */
const lookedAt = 64;

/** Attempts to one endpoint side by side: fewer while it fails, so that those who wait in vain leave room. */
const roomOfEndpoint = "case when e.failures > 0 then 1 else 4 end";

/** A delivery that only whoever holds the claim may attempt. */
export interface ClaimedDelivery {
  workspaceId: string;
  messageId: string;
  endpointId: string;
  claim: string;
  /** Attempts that failed before. */
  tries: number;
  url: string;
  body: string;
  /** Null when they were sealed under a secret that this installation no longer has. */
  secrets: readonly string[] | null;
  /** Switched off after the delivery was set out. */
  endpointDisabled: boolean;
}

/** What a process has under way at one endpoint. */
export interface Busy {
  workspaceId: string;
  endpointId: string;
  count: number;
}

/** What a process has under way, and how much more it takes. */
export interface Room {
  free: number;
  busy: readonly Busy[];
  /** The only workspace that is served; null for all. */
  workspaceId: string | null;
}

const ClaimedRows = z.array(
  z
    .object({
      workspace_id: z.string(),
      message_id: z.string(),
      endpoint_id: z.string(),
      tries: z.number(),
      url: z.string(),
      payload: z.string(),
      secrets: z.instanceof(Uint8Array),
      disabled_at: z.date().nullable(),
    })
    .transform((row) => ({
      workspaceId: row.workspace_id,
      messageId: row.message_id,
      endpointId: row.endpoint_id,
      tries: row.tries,
      url: row.url,
      body: row.payload,
      secrets: secretsOf(row.secrets),
      endpointDisabled: row.disabled_at !== null,
    })),
);

/**
 * Takes deliveries that are due, one of each endpoint before a second of any, for {@link leaseSeconds}: rows that another
 * node is looking at are passed over, so no two nodes attempt the same one. What was claimed by a process that died is
 * due again when its time is over.
 */
export async function claimDue({ free, busy, workspaceId }: Room): Promise<ClaimedDelivery[]> {
  const claim = newId("wat");
  const { rows } = await sql().query(statement, [
    busy.map((one) => one.workspaceId),
    busy.map((one) => one.endpointId),
    busy.map((one) => one.count),
    free,
    claim,
    workspaceId,
  ]);
  return ClaimedRows.parse(rows).map((row) => ({ ...row, claim }));
}

function secretsOf(sealed: Uint8Array): string[] | null {
  const keyring = openKeyring(sealed);
  return keyring === null ? null : signingSecrets(keyring);
}

/** Times are kept to the millisecond and may be rounded up: what is due now may seem to be due a moment later. */
const statement = `
with busy as (
  select * from unnest($1::text[], $2::text[], $3::int[]) as b(workspace_id, endpoint_id, under_way)
), due as (
  select d.workspace_id, d.message_id, d.endpoint_id, d.next_attempt_at from webhook_delivery d
   where d.status = 'pending' and d.next_attempt_at <= now() + interval '1 millisecond' and ($6::text is null or d.workspace_id = $6)
     and d.endpoint_id <> all (array(
       select e.id from busy b join webhook_endpoint e on e.workspace_id = b.workspace_id and e.id = b.endpoint_id
        where b.under_way >= ${roomOfEndpoint}))
   order by d.next_attempt_at limit ${lookedAt} for update skip locked
), placed as (
  select due.*, row_number() over (partition by endpoint_id order by next_attempt_at, message_id) as place from due
), roomy as (
  select p.*, row_number() over (order by place, p.next_attempt_at) as turn
    from placed p
    join webhook_endpoint e on e.workspace_id = p.workspace_id and e.id = p.endpoint_id
    left join busy b on b.endpoint_id = p.endpoint_id
   where place + coalesce(b.under_way, 0) <= ${roomOfEndpoint}
)
update webhook_delivery d set claim = $5, next_attempt_at = now() + interval '${leaseSeconds} seconds'
  from roomy r
  join webhook_message m on m.workspace_id = r.workspace_id and m.id = r.message_id
  join webhook_endpoint e on e.workspace_id = r.workspace_id and e.id = r.endpoint_id
 where d.workspace_id = r.workspace_id and d.message_id = r.message_id and d.endpoint_id = r.endpoint_id and r.turn <= $4
returning d.workspace_id, d.message_id, d.endpoint_id, d.tries, e.url, m.payload, e.secrets, e.disabled_at`;

/** Gives a delivery back that was not attempted to its end; it is due at once. */
export async function giveBack({
  workspaceId,
  messageId,
  endpointId,
  claim,
}: ClaimedDelivery): Promise<void> {
  await sql().query(
    `update webhook_delivery set claim = null, next_attempt_at = now()
      where workspace_id = $1 and message_id = $2 and endpoint_id = $3 and claim = $4 and status = 'pending'`,
    [workspaceId, messageId, endpointId, claim],
  );
}

/** Ends a delivery for which no attempt can be made. */
export async function endDelivery(
  { workspaceId, messageId, endpointId, claim }: ClaimedDelivery,
  why: string,
): Promise<void> {
  await sql().query(
    `update webhook_delivery set status = 'failed', ended_at = now(), claim = null, next_attempt_at = null, last_error = $5
      where workspace_id = $1 and message_id = $2 and endpoint_id = $3 and claim = $4 and status = 'pending'`,
    [workspaceId, messageId, endpointId, claim, why],
  );
}
