import { Decision, RoleCheck, type DecisionRecord } from "@/lib/events/schema";
import { decisionRow } from "@/lib/events/loading/batch/decision-row";
import { sql } from "@/lib/db/client";
import { z } from "zod";

/** A decision as it lies in the database, with what filters ask beyond the public fields. */
export interface LoadedDecision {
  seq: number;
  serviceId: string | null;
  decision: Decision;
  /** That its caller held the scope that asking needs, where it carries that. */
  roleCheck?: RoleCheck;
}

/** One row of table `decision` under {@link decisionSelect}. */
export interface DecisionRow {
  seq: string;
  id: string;
  at: string;
  node: string;
  source: string;
  ruleset_version: number;
  credential_id: string | null;
  secret_id: string | null;
  credential_name: string | null;
  credential_prefix: string | null;
  customer_id: string | null;
  service_id: string | null;
  service: string | null;
  method: string;
  path: string;
  route: string | null;
  address: string | null;
  user_agent: string | null;
  verdict: string;
  rules: string[];
  reason: string;
  shadow: unknown;
  status: number;
  request_bytes: string | number;
  response_bytes: string | number;
  authenticate_us: number;
  decide_us: number;
  total_us: number;
  upstream_us: number | null;
  trace_id: string | null;
  count: number;
  role_check: unknown;
}

/** The time as RFC 3339 text with microseconds. */
export const timeSelect = `to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`;

/** Every column that the API shows. */
export const decisionSelect = `seq, id, ${timeSelect}, node, source,
  ruleset_version, credential_id, secret_id, credential_name, credential_prefix, customer_id, service_id, service, method,
  path, route, address, user_agent, verdict, rules, reason, shadow, status, request_bytes, response_bytes, authenticate_us,
  decide_us, total_us, upstream_us, trace_id, count, role_check`;

const Source = Decision.shape.source;
const Shadow = Decision.shape.shadow;
const Verdict = Decision.shape.verdict;

/** A row as the API shows it. */
export function decisionOf(row: DecisionRow): Decision {
  return {
    id: row.id,
    seq: row.seq,
    at: row.at,
    node: row.node,
    source: Source.parse(row.source),
    rulesetVersion: row.ruleset_version,
    credential: credentialOf(row),
    service: row.service,
    method: row.method,
    path: row.path,
    route: row.route,
    address: row.address,
    userAgent: row.user_agent,
    verdict: Verdict.parse(row.verdict),
    rules: row.rules,
    reason: row.reason,
    shadow: row.shadow === null ? null : Shadow.parse(row.shadow),
    status: row.status,
    requestBytes: Number(row.request_bytes),
    responseBytes: Number(row.response_bytes),
    latencyUs: {
      authenticate: row.authenticate_us,
      decide: row.decide_us,
      total: row.total_us,
      upstream: row.upstream_us,
    },
    traceId: row.trace_id,
    count: row.count,
  };
}

function credentialOf(row: DecisionRow): Decision["credential"] {
  if (row.credential_id === null) return null;
  return {
    id: row.credential_id,
    secretId: row.secret_id ?? "",
    name: row.credential_name ?? "",
    prefix: row.credential_prefix ?? "",
    customer: row.customer_id,
  };
}

/** A record that was just stored under `seq`, exactly as it would be read back. */
export function loadedRecord(
  record: DecisionRecord,
  { seq, node }: { seq: number; node: string },
): LoadedDecision {
  const row = decisionRow(record, node);
  return {
    seq,
    serviceId: row.service_id,
    decision: decisionOf({ ...row, seq: String(seq) }),
    ...(record.roleCheck === undefined ? {} : { roleCheck: record.roleCheck }),
  };
}

/** Rows behind a sequence number, in order. */
export async function decisionsAfter(question: {
  workspaceId: string;
  after: number;
  limit: number;
}): Promise<LoadedDecision[]> {
  const { rows } = await sql().query<DecisionRow>(
    `select ${decisionSelect} from decision where workspace_id = $1 and seq > $2 order by seq limit $3`,
    [question.workspaceId, question.after, question.limit],
  );
  return rows.map((row) => ({
    seq: Number(row.seq),
    serviceId: row.service_id,
    decision: decisionOf(row),
    ...(row.role_check === null ? {} : { roleCheck: RoleCheck.parse(row.role_check) }),
  }));
}

const Newest = z.array(z.object({ seq: z.coerce.number() }));

/** The workspace's highest sequence number, 0 before its first decision. */
export async function newestSeq(workspaceId: string): Promise<number> {
  const { rows } = await sql().query(
    "select coalesce(max(seq), 0) as seq from decision where workspace_id = $1",
    [workspaceId],
  );
  return Newest.parse(rows)[0]?.seq ?? 0;
}
