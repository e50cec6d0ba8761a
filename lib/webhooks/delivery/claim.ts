import { z } from "zod";
import { sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { openKeyring, signingSecrets } from "@/lib/webhooks/endpoints/keyring";

/** Longer than an attempt can take, so that another node begins only after the first gave up or died. */
const leaseSeconds = 30;
/** Due deliveries that are looked at in one round. */
const lookedAt = 500;

/** Attempts to one endpoint side by side: fewer while it fails, so that those who wait in vain leave room. */
export const perEndpoint = { working: 4, failing: 1 };

/** Which delivery. */
export interface DeliveryName {
  workspaceId: string;
  messageId: string;
  endpointId: string;
}

/** A delivery that only whoever holds the claim may attempt. */
export interface ClaimedDelivery extends DeliveryName {
  claim: string;
  /** Attempts that failed before. */
  tries: number;
  url: string;
  body: string;
  /** Null when they were sealed under a secret that this installation no longer has. */
  secrets: readonly string[] | null;
  endpointFails: boolean;
  /** Switched off after the delivery was set out. */
  endpointDisabled: boolean;
}

/** What a process has under way, by endpoint, and how much more it takes. */
export interface Room {
  free: number;
  underWay: ReadonlyMap<string, number>;
  /** Endpoints that take no more now. */
  full: readonly string[];
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
      failures: z.number(),
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
      endpointFails: row.failures > 0,
      endpointDisabled: row.disabled_at !== null,
    })),
);

/**
 * Takes deliveries that are due, one of each endpoint before a second of any, for {@link leaseSeconds}: rows that another
 * node is looking at are passed over, so no two nodes attempt the same one. What was claimed by a process that died is
 * due again when its time is over.
 */
export async function claimDue(room: Room): Promise<ClaimedDelivery[]> {
  const claim = newId("wat");
  const { rows } = await sql().query(statement, [
    room.full,
    lookedAt,
    [...room.underWay.keys()],
    [...room.underWay.values()],
    room.free,
    claim,
    room.workspaceId,
  ]);
  return ClaimedRows.parse(rows).map((row) => ({ ...row, claim }));
}

function secretsOf(sealed: Uint8Array): string[] | null {
  const keyring = openKeyring(sealed);
  return keyring === null ? null : signingSecrets(keyring);
}

const statement = `
with due as (
  select d.workspace_id, d.message_id, d.endpoint_id, d.next_attempt_at from webhook_delivery d
   where d.status = 'pending' and d.next_attempt_at <= now() and d.endpoint_id <> all($1::text[])
     and ($7::text is null or d.workspace_id = $7)
   order by d.next_attempt_at limit $2 for update skip locked
), placed as (
  select due.*, row_number() over (partition by endpoint_id order by next_attempt_at, message_id) as place from due
), roomy as (
  select p.*, row_number() over (order by place, p.next_attempt_at) as turn
    from placed p
    join webhook_endpoint e on e.workspace_id = p.workspace_id and e.id = p.endpoint_id
    left join unnest($3::text[], $4::int[]) as busy(id, under_way) on busy.id = p.endpoint_id
   where place + coalesce(busy.under_way, 0) <= case when e.failures > 0 then ${perEndpoint.failing} else ${perEndpoint.working} end
)
update webhook_delivery d set claim = $6, next_attempt_at = now() + interval '${leaseSeconds} seconds'
  from roomy r
  join webhook_message m on m.workspace_id = r.workspace_id and m.id = r.message_id
  join webhook_endpoint e on e.workspace_id = r.workspace_id and e.id = r.endpoint_id
 where d.workspace_id = r.workspace_id and d.message_id = r.message_id and d.endpoint_id = r.endpoint_id and r.turn <= $5
returning d.workspace_id, d.message_id, d.endpoint_id, d.tries, e.url, m.payload, e.secrets, e.failures, e.disabled_at`;

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
