import { z } from "zod";
import { sql } from "@/lib/db/client";

/** Rows of one read: small enough that nobody waits for the database, or for this thread to take them in. */
export const callsPerRead = 500;

/** A decision as a replay looks at it. */
export interface RecordedCall {
  seq: string;
  /** RFC 3339 UTC with microseconds. */
  at: string;
  id: string;
  source: string;
  credentialId: string | null;
  credentialName: string | null;
  serviceId: string | null;
  method: string;
  path: string;
  address: string | null;
  verdict: string;
  rules: readonly string[];
  reason: string;
  count: number;
  /** JSON text, or null when nothing was kept. */
  input: string | null;
}

/** Whose decisions of which time; ids of a credential and a service narrow further. */
export interface Window {
  workspaceId: string;
  /** First moment, inclusive, and last, exclusive; RFC 3339. */
  from: string;
  to: string;
  /** Later numbers came after the replay began and are not looked at. */
  lastSeq: string;
  credentialId: string | undefined;
  serviceId: string | undefined;
}

const columns = `
  select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, id, source,
    credential_id as "credentialId", credential_name as "credentialName", service_id as "serviceId",
    method, path, address, verdict, rules, reason, count, input::text as input
  from decision`;
const statement = `${columns}
  where workspace_id = $1 and decision.at >= $2::timestamptz and decision.at < $3::timestamptz and seq <= $4`;

/** The next decisions before `after`, newest first; none when the window is through. */
export async function readCalls(window: Window, after: RecordedCall | null): Promise<RecordedCall[]> {
  const { workspaceId, from, to, lastSeq, credentialId, serviceId } = window;
  const values: unknown[] = [workspaceId, from, to, lastSeq];
  const narrowed = [
    ...(after === null
      ? []
      : [
          `and (decision.at, seq) < ($${values.push(after.at)}::timestamptz, $${values.push(after.seq)}::bigint)`,
        ]),
    ...(credentialId === undefined ? [] : [`and credential_id = $${values.push(credentialId)}`]),
    ...(serviceId === undefined ? [] : [`and service_id = $${values.push(serviceId)}`]),
  ];
  const { rows } = await sql().query<RecordedCall>(
    `${statement} ${narrowed.join(" ")} order by decision.at desc, seq desc limit ${callsPerRead}`,
    values,
  );
  return rows;
}

/** One decision as a replay looks at it; null where there is none. */
export async function readCall(workspaceId: string, id: string): Promise<RecordedCall | null> {
  const { rows } = await sql().query<RecordedCall>(`${columns} where workspace_id = $1 and id = $2`, [
    workspaceId,
    id,
  ]);
  return rows[0] ?? null;
}

const Last = z.array(z.object({ seq: z.string() }));

/** The workspace's newest sequence number as text. */
export async function lastSeqOf(workspaceId: string): Promise<string> {
  const { rows } = await sql().query(
    "select coalesce(max(seq), 0)::text as seq from decision where workspace_id = $1",
    [workspaceId],
  );
  return Last.parse(rows)[0]?.seq ?? "0";
}
