import { z } from "zod";
import { sql } from "@/lib/db/client";
import { bucketAt, type UsageLine } from "@/lib/usage/export/format";
import { boundUs, scopeValues, type Scope } from "@/lib/usage/measures/measure";
import { scopeCondition, usageTables } from "@/lib/usage/measures/measure-statement";
import { customerNames, keyNames, serviceNames } from "@/lib/usage/measures/names";
import { intervalOf, type Span } from "@/lib/usage/measures/span";

const linesPerPage = 1_000;

/** Usage of a scope, oldest first, a page at a time: no page is asked for before the last was taken, and none is held. */
export async function* usagePages(scope: Scope, span: Span): AsyncGenerator<UsageLine[], void> {
  const { table, time } = usageTables[intervalOf(span)];
  const position = `${time}, u.key_id, u.secret_id, u.customer_id, u.service_id, u.method, u.route, u.status, u.outcome`;
  const statement = `select ${time} as at, u.* from ${table} u
  where ${scopeCondition} and ${time} >= $8 and ${time} < $9
    and (not $10 or (${position}) > ($11::timestamptz, $12, $13, $14, $15, $16, $17, $18::smallint, $19))
  order by ${position} limit ${linesPerPage}`;
  const asked = [...scopeValues(scope), new Date(span.fromMs), new Date(span.toMs)];
  let after: unknown[] = [false, new Date(0), "", "", "", "", "", "", 0, ""];
  for (;;) {
    const { rows } = await sql().query(statement, [...asked, ...after]);
    const page = Rows.parse(rows);
    const last = page.at(-1);
    if (last === undefined) return;
    yield await linesOf(scope.workspaceId, page);
    if (page.length < linesPerPage) return;
    const { at, key_id, secret_id, customer_id, service_id, method, route, status, outcome } = last;
    after = [true, at, key_id, secret_id, customer_id, service_id, method, route, status, outcome];
  }
}

const count = z.coerce.number();
const Rows = z.array(
  z.object({
    at: z.date(),
    key_id: z.string(),
    secret_id: z.string(),
    customer_id: z.string(),
    service_id: z.string(),
    method: z.string(),
    route: z.string(),
    status: z.number().int(),
    outcome: z.string(),
    calls: count,
    cost: count,
    request_bytes: count,
    response_bytes: count,
    latency: z.array(count),
  }),
);
type Row = z.output<typeof Rows>[number];

async function linesOf(workspaceId: string, rows: readonly Row[]): Promise<UsageLine[]> {
  const idsOf = (column: "key_id" | "customer_id" | "service_id") => [
    ...new Set(rows.map((row) => row[column])),
  ];
  const keys = await keyNames(workspaceId, idsOf("key_id"));
  const customers = await customerNames(workspaceId, idsOf("customer_id"));
  const services = await serviceNames(workspaceId, idsOf("service_id"));
  const orNull = (text: string) => (text === "" ? null : text);
  return rows.map((row) => ({
    at: row.at.toISOString(),
    key: orNull(row.key_id),
    keyName: keys.get(row.key_id)?.name ?? null,
    secret: orNull(row.secret_id),
    customer: orNull(row.customer_id),
    customerExternalId: customers.get(row.customer_id)?.externalId ?? null,
    service: orNull(row.service_id),
    serviceSlug: services.get(row.service_id)?.slug ?? null,
    method: row.method,
    route: orNull(row.route),
    status: row.status,
    outcome: row.outcome,
    calls: row.calls,
    cost: row.cost,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
    p50Us: boundUs(bucketAt(row.latency, 0.5)),
    p95Us: boundUs(bucketAt(row.latency, 0.95)),
  }));
}
