import { z } from "zod";
import { sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { openKeyring, signingSecrets } from "@/lib/webhooks/endpoints/keyring";

/** Longer than an attempt can take, so that another node begins only after the first gave up or died. */
const leaseSeconds = 30;
/** Attempts to one endpoint side by side: fewer while it fails, so that those who wait in vain leave room. */
const roomOfEndpoint = "case when e.failures > 0 then 1 else 4 end";
/** Of a process's 64 attempts side by side: those of one customer or of a workspace's own endpoints, */
const roomOfHolder = 16;
/** those of one workspace with its customers, */
const roomOfWorkspace = 32;
/** and those to endpoints that fail, whosever they are, so that many who hang leave room for who answers. */
const roomOfFailing = 16;

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

/** One that was due. */
export interface DueDelivery extends ClaimedDelivery {
  /** The customer whose the endpoint is; empty for the workspace's own. */
  holder: string;
}

/** What a process has under way at one endpoint. */
export interface Busy {
  workspaceId: string;
  holder: string;
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
      holder: z.string(),
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
      holder: row.holder,
      tries: row.tries,
      url: row.url,
      body: row.payload,
      secrets: secretsOf(row.secrets),
      endpointDisabled: row.disabled_at !== null,
    })),
);

/**
 * Takes the oldest due delivery of each endpoint that has room, for {@link leaseSeconds}, those first of whoever has the
 * fewest under way: rows that another node is looking at are passed over, so no two nodes attempt the same one. What was
 * claimed by a process that died is due again when its time is over. Ask again until it answers none.
 */
export async function claimDue({ free, busy, workspaceId }: Room): Promise<DueDelivery[]> {
  const claim = newId("wat");
  const { rows } = await sql().query(statement, [
    busy.map((one) => one.workspaceId),
    busy.map((one) => one.holder),
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
const isDue = "d.status = 'pending' and d.next_attempt_at <= now() + interval '1 millisecond'";
const isServed = "($7::text is null or d.workspace_id = $7)";
const inOrder = "order by d.workspace_id, d.endpoint_id, d.next_attempt_at limit 1";

/**
 * `waiting` steps through the index from endpoint to endpoint, however many rows each has; nothing is looked at while
 * nothing is due. The steps after it count what each holder, each workspace and those that fail would then have under way.
 */
const statement = `
with recursive busy as (
  select * from unnest($1::text[], $2::text[], $3::text[], $4::int[]) as b(workspace_id, holder, endpoint_id, under_way)
), busy_holder as (
  select workspace_id, holder, sum(under_way) as under_way from busy group by workspace_id, holder
), busy_workspace as (
  select workspace_id, sum(under_way) as under_way from busy group by workspace_id
), busy_failing as (
  select coalesce(sum(b.under_way), 0) as under_way from busy b
    left join webhook_endpoint e on e.workspace_id = b.workspace_id and e.id = b.endpoint_id
   where e.failures is null or e.failures > 0
), waiting as (
  (select d.workspace_id, d.endpoint_id, d.next_attempt_at from webhook_delivery d
    where d.status = 'pending' and ${isServed} and exists (select 1 from webhook_delivery d where ${isDue}) ${inOrder})
  union all
  select next.* from waiting w cross join lateral (
    select d.workspace_id, d.endpoint_id, d.next_attempt_at from webhook_delivery d
     where d.status = 'pending' and ${isServed} and (d.workspace_id, d.endpoint_id) > (w.workspace_id, w.endpoint_id) ${inOrder}
  ) as next
), roomy as (
  select d.*, e.failures > 0 as failing, coalesce(e.customer_id, '') as holder, f.under_way as failing_under_way
    from waiting d
    join webhook_endpoint e on e.workspace_id = d.workspace_id and e.id = d.endpoint_id
    cross join busy_failing f
    left join busy b on b.workspace_id = d.workspace_id and b.endpoint_id = d.endpoint_id
   where d.next_attempt_at <= now() + interval '1 millisecond' and coalesce(b.under_way, 0) < ${roomOfEndpoint}
     and (e.failures = 0 or f.under_way < ${roomOfFailing})
), of_holder as (
  select r.*, coalesce(b.under_way, 0)
      + row_number() over (partition by workspace_id, holder order by r.failing, r.next_attempt_at) as in_holder
    from roomy r left join busy_holder b using (workspace_id, holder)
), of_workspace as (
  select r.*, coalesce(b.under_way, 0)
      + row_number() over (partition by workspace_id order by r.in_holder, r.next_attempt_at) as in_workspace
    from of_holder r left join busy_workspace b using (workspace_id)
   where r.in_holder <= ${roomOfHolder}
), of_failing as (
  select r.*, r.failing_under_way
      + row_number() over (partition by r.failing order by r.in_workspace, r.next_attempt_at) as in_failing
    from of_workspace r where r.in_workspace <= ${roomOfWorkspace}
), chosen as (
  select * from of_failing where not failing or in_failing <= ${roomOfFailing}
   order by in_workspace, next_attempt_at limit $5
), taken as materialized (
  select c.workspace_id, c.endpoint_id, c.holder, oldest.message_id from chosen c cross join lateral (
    select d.message_id from webhook_delivery d
     where d.workspace_id = c.workspace_id and d.endpoint_id = c.endpoint_id and ${isDue}
     order by d.next_attempt_at limit 1 for update skip locked
  ) as oldest
)
update webhook_delivery d set claim = $6, next_attempt_at = now() + interval '${leaseSeconds} seconds'
  from taken t
  join webhook_message m on m.workspace_id = t.workspace_id and m.id = t.message_id
  join webhook_endpoint e on e.workspace_id = t.workspace_id and e.id = t.endpoint_id
 where d.workspace_id = t.workspace_id and d.message_id = t.message_id and d.endpoint_id = t.endpoint_id
returning d.workspace_id, d.message_id, d.endpoint_id, t.holder, d.tries, e.url, m.payload, e.secrets, e.disabled_at`;

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
