import { z } from "zod";
import { customerOf, type Actor } from "@/lib/api/actor";
import { sql } from "@/lib/db/client";
import { measureStatement, type Split } from "@/lib/usage/measures/measure-statement";
import type { OutcomeCounts, UsageBucket, UsageTotals } from "@/lib/usage/schema";
import { bucketStart, intervalOf, type Span } from "@/lib/usage/measures/span";

/** Which calls are counted; null is any. Calls without a key count as live. */
export interface Scope {
  workspaceId: string;
  /** The only customer whose calls the actor may see. */
  customerId: string | null;
  /** The customer that was asked for. */
  ofCustomerId?: string | undefined;
  environment?: "live" | "test" | undefined;
  keyId?: string | undefined;
  secretId?: string | undefined;
  serviceId?: string | undefined;
}

/** Calls that `actor` may count. */
export function scopeOf(actor: Actor, narrowed: Omit<Scope, "workspaceId" | "customerId"> = {}): Scope {
  return { workspaceId: actor.workspaceId, customerId: customerOf(actor), ...narrowed };
}

/** A scope as the values `$1` to `$7` of a statement with `scopeCondition`. */
export function scopeValues(scope: Scope): (string | null)[] {
  const { workspaceId, customerId, ofCustomerId, environment, keyId, secretId, serviceId } = scope;
  return [
    workspaceId,
    customerId,
    ofCustomerId ?? null,
    environment ?? null,
    keyId ?? null,
    secretId ?? null,
    serviceId ?? null,
  ];
}

/** Calls of one group: its totals and its dense series. */
export interface Measured {
  group: string;
  totals: UsageTotals;
  series: UsageBucket[];
}

/** Counts calls of a span, split by one thing, most calls first, at most `limit` groups. Everything is summed by the database. */
export async function measure(
  scope: Scope,
  { span, by, limit = 1 }: { span: Span; by: Split; limit?: number },
): Promise<Measured[]> {
  const { rows } = await sql().query(measureStatement(by, intervalOf(span)), [
    ...scopeValues(scope),
    new Date(span.fromMs),
    new Date(span.toMs),
    span.bucketSeconds,
    limit,
  ]);
  const groups = new Map<string, Measured>();
  for (const row of MeasuredRows.parse(rows)) {
    const found = groups.get(row.grp) ?? { group: row.grp, totals: noCalls, series: emptySeries(span) };
    groups.set(row.grp, found);
    if (row.slot < 0) found.totals = totalsOf(row);
    else found.series[row.slot] = { at: bucketStart(span, row.slot), ...countsOf(row), ...quantilesOf(row) };
  }
  return [...groups.values()].sort((one, other) => other.totals.requests - one.totals.requests);
}

/** The same where nothing is split. */
export async function measureAll(
  scope: Scope,
  span: Span,
): Promise<{ totals: UsageTotals; series: UsageBucket[] }> {
  const [all] = await measure(scope, { span, by: "nothing" });
  return all ?? { totals: noCalls, series: emptySeries(span) };
}

const MeasuredRow = z.object({
  grp: z.string(),
  slot: z.number().int(),
  ok: z.coerce.number(),
  limited: z.coerce.number(),
  denied: z.coerce.number(),
  error: z.coerce.number(),
  cost: z.coerce.number(),
  request_bytes: z.coerce.number(),
  response_bytes: z.coerce.number(),
  p50: z.coerce.number().nullable(),
  p95: z.coerce.number().nullable(),
});
type MeasuredRow = z.output<typeof MeasuredRow>;
const MeasuredRows = z.array(MeasuredRow);

const nothing: OutcomeCounts = { ok: 0, limited: 0, denied: 0, error: 0 };

const noCalls: UsageTotals = {
  ...nothing,
  requests: 0,
  errorRate: 0,
  deniedRate: 0,
  p50Us: null,
  p95Us: null,
  cost: 0,
  requestBytes: 0,
  responseBytes: 0,
};

function emptySeries(span: Span): UsageBucket[] {
  return Array.from({ length: span.buckets }, (_, index) => ({
    at: bucketStart(span, index),
    ...nothing,
    p50Us: null,
    p95Us: null,
  }));
}

function countsOf({ ok, limited, denied, error }: OutcomeCounts): OutcomeCounts {
  return { ok, limited, denied, error };
}

function quantilesOf({ p50, p95 }: { p50: number | null; p95: number | null }) {
  return { p50Us: boundUs(p50), p95Us: boundUs(p95) };
}

function totalsOf(row: MeasuredRow): UsageTotals {
  const requests = row.ok + row.limited + row.denied + row.error;
  return {
    ...countsOf(row),
    requests,
    errorRate: requests === 0 ? 0 : row.error / requests,
    deniedRate: requests === 0 ? 0 : row.denied / requests,
    ...quantilesOf(row),
    cost: row.cost,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
  };
}

/** The upper bound of a latency bucket. */
export function boundUs(bucket: number | null): number | null {
  return bucket === null ? null : Math.round(2 ** (bucket / 4));
}
