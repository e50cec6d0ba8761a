import type { DecisionRecord } from "@/lib/events/schema";

/** Lengths that are kept; longer text is cut, so that no caller decides the size of a row or an index entry. */
const kept = {
  method: 32,
  path: 2_048,
  route: 512,
  address: 64,
  userAgent: 512,
  name: 200,
  reason: 100,
  traceId: 128,
};
const rulesKept = 50;
const intMax = 2_147_483_647;

/** Columns of table `decision` that the loader writes, with their types; `seq` is given by the database. */
const columnTypes = {
  workspace_id: "text",
  id: "text",
  at: "timestamptz",
  node: "text",
  source: "text",
  ruleset_version: "int",
  credential_id: "text",
  secret_id: "text",
  credential_name: "text",
  credential_prefix: "text",
  customer_id: "text",
  service_id: "text",
  service: "text",
  method: "text",
  path: "text",
  route: "text",
  address: "text",
  user_agent: "text",
  verdict: "text",
  rules: "text[]",
  reason: "text",
  shadow: "jsonb",
  status: "int",
  request_bytes: "bigint",
  response_bytes: "bigint",
  authenticate_us: "int",
  decide_us: "int",
  total_us: "int",
  upstream_us: "int",
  trace_id: "text",
  count: "int",
  cost: "int",
  input: "jsonb",
  role_check: "jsonb",
} as const;

type Column = keyof typeof columnTypes;

/** Each column's name, its type, and the type of the array that carries it to `unnest`. */
export const decisionColumns = Object.entries(columnTypes).map(([name, type]) => ({
  name,
  type,
  sentAs: type === "text[]" || type === "jsonb" ? "text[]" : `${type}[]`,
}));

/** A record as a row, cut and clamped to what its columns hold. */
export function decisionRow(record: DecisionRecord, node: string) {
  const { credential, service } = record;
  return {
    workspace_id: record.workspaceId,
    id: record.id,
    at: timeText(record.atMs),
    node,
    source: record.source,
    ruleset_version: whole(record.rulesetVersion),
    credential_id: credential?.id ?? null,
    secret_id: credential?.secretId ?? null,
    credential_name: cut(credential?.name, kept.name),
    credential_prefix: cut(credential?.prefix, kept.name),
    customer_id: credential?.customerId ?? null,
    service_id: service?.id ?? null,
    service: service?.slug ?? null,
    method: storable(record.method, kept.method),
    path: storable(record.path, kept.path),
    route: cut(record.route, kept.route),
    address: cut(record.address, kept.address),
    user_agent: cut(record.userAgent, kept.userAgent),
    verdict: record.verdict,
    rules: record.rules.slice(0, rulesKept).map((rule) => storable(rule, kept.name)),
    reason: storable(record.reason, kept.reason),
    shadow: record.shadow,
    status: whole(record.status),
    request_bytes: bytes(record.requestBytes),
    response_bytes: bytes(record.responseBytes),
    authenticate_us: whole(record.authenticateUs),
    decide_us: whole(record.decideUs),
    total_us: whole(record.totalUs),
    upstream_us: record.upstreamUs === null ? null : whole(record.upstreamUs),
    trace_id: cut(record.traceId, kept.traceId),
    count: Math.max(1, whole(record.count)),
    cost: record.cost === undefined ? 1 : whole(record.cost),
    input: storableJson(record.input),
    role_check: record.roleCheck === undefined ? null : storableJson(JSON.stringify(record.roleCheck)),
  } satisfies Record<Column, unknown>;
}

/** A record as table `decision` holds it, `seq` apart. */
export type DecisionRow = ReturnType<typeof decisionRow>;

/** RFC 3339 with microseconds, of milliseconds with fractions. */
export function timeText(atMs: number): string {
  const whole = Math.floor(atMs);
  const micros = Math.floor((atMs - whole) * 1_000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}

function cut(text: string | null | undefined, length: number): string | null {
  return text === null || text === undefined ? null : storable(text, length);
}

/** PostgreSQL has no NUL in text; it becomes U+FFFD. */
function storable(text: string, length: number): string {
  const short = text.slice(0, length);
  return short.includes("\0") ? short.replaceAll("\0", "\uFFFD") : short;
}

/** One with escapes that PostgreSQL's JSON does not know is left out; its record must not be lost for it. */
function storableJson(text: string | undefined): string | null {
  return text === undefined || /\\u(?:0000|d[89a-f])/i.test(text) ? null : text;
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.round(value), 0), intMax) : 0;
}

function bytes(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.round(value), 0), Number.MAX_SAFE_INTEGER) : 0;
}

/** Records that are written down before other work gets a turn: about a third of a millisecond. */
const recordsPerTurn = 100;

/** Records as rows, and the same rows as one array literal per column, for `unnest`. */
export interface Batch {
  rows: readonly DecisionRow[];
  columns: string[];
}

/**
 * Written down a few records at a time, so that no call being served waits for a whole batch. An array of arrays would
 * be flattened by `unnest`, so rules go as literals and shadow verdicts as JSON, to be cast.
 */
export async function batchOf(records: readonly DecisionRecord[], node: string): Promise<Batch> {
  const rows: DecisionRow[] = [];
  const columns = decisionColumns.map(() => "");
  for (let from = 0; from < records.length; from += recordsPerTurn) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    for (const record of records.slice(from, from + recordsPerTurn)) {
      const row = decisionRow(record, node);
      rows.push(row);
      const cells = cellsOf(row);
      for (const [index, { name }] of decisionColumns.entries())
        columns[index] += `,${element(cells[name] ?? null)}`;
    }
  }
  return { rows, columns: columns.map((column) => `{${column.slice(1)}}`) };
}

type Cell = string | number | null;

function cellsOf(row: DecisionRow): Record<string, Cell> {
  const rules = `{${row.rules.map(element).join(",")}}`;
  return { ...row, rules, shadow: row.shadow === null ? null : JSON.stringify(row.shadow) };
}

function element(cell: Cell): string {
  if (cell === null) return "NULL";
  if (typeof cell === "number") return String(cell);
  return `"${/["\\]/.test(cell) ? cell.replace(/["\\]/g, "\\$&") : cell}"`;
}
