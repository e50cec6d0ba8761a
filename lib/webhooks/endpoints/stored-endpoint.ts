import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db, sql, type Tx } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { echoHost } from "@/lib/gateway/upstream/echo";
import { mayBeCalled } from "@/lib/webhooks/receivers/receiver-dispatcher";
import { DisabledReason, type WebhookEndpoint } from "@/lib/webhooks/schema";

/** An endpoint's row; its secrets are left out. */
export type StoredEndpoint = Awaited<ReturnType<typeof findEndpoint>>;

const pendingShownMax = 1_000;

/** Whose endpoints and messages a caller may see: its customer's where it is bound to one, else the workspace's whole. */
export function withinReach(actor: Actor): { workspaceId: string; customerId?: string } {
  const { workspaceId } = actor;
  const customerId = customerOf(actor);
  return customerId === null ? { workspaceId } : { workspaceId, customerId };
}

/** One endpoint. Throws `not-found`, also for another workspace's or another customer's than the caller's. */
export async function findEndpoint(tx: Pick<Tx, "webhookEndpoint">, actor: Actor, id: string) {
  const row = await tx.webhookEndpoint.findFirst({
    where: { ...withinReach(actor), id },
    omit: { secrets: true },
  });
  if (row === null) throw new Problem("not-found", "There is no such webhook endpoint.");
  return row;
}

/** The same, locked until the transaction ends. */
export async function lockEndpoint(tx: Tx, actor: Actor, id: string): Promise<StoredEndpoint> {
  const { workspaceId } = actor;
  await tx.$queryRaw`select id from webhook_endpoint where workspace_id = ${workspaceId} and id = ${id} for update`;
  return findEndpoint(tx, actor, id);
}

/** Endpoints as the API shows them. */
export async function presentEndpoints(rows: readonly StoredEndpoint[]): Promise<WebhookEndpoint[]> {
  const pending = await pendingCounts(rows);
  return rows.map((row) => shownEndpoint(row, pending.get(row.id) ?? 0));
}

/** One endpoint as the API shows it. */
export async function presentEndpoint(row: StoredEndpoint): Promise<WebhookEndpoint> {
  const pending = await pendingCounts([row]);
  return shownEndpoint(row, pending.get(row.id) ?? 0);
}

/** An endpoint for which so many deliveries wait. */
export function shownEndpoint(row: StoredEndpoint, pending: number): WebhookEndpoint {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    eventTypes: row.eventTypes,
    customer: row.customerId,
    disabled: row.disabledAt !== null,
    disabledReason: DisabledReason.nullable().parse(row.disabledReason),
    disabledAt: row.disabledAt?.toISOString() ?? null,
    metadata: JsonObject.parse(row.metadata),
    delivery: {
      pending,
      failures: row.failures,
      failingSince: row.failingSince?.toISOString() ?? null,
      lastSucceededAt: row.lastSucceededAt?.toISOString() ?? null,
      lastError: row.lastError,
      lastErrorAt: row.lastErrorAt?.toISOString() ?? null,
    },
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

async function pendingCounts(rows: readonly StoredEndpoint[]): Promise<ReadonlyMap<string, number>> {
  const [first] = rows;
  if (first === undefined) return new Map();
  const { rows: counts } = await sql().query<{ id: string; waiting: number }>(
    `select e.id, (select count(*)::int from (
         select 1 from webhook_delivery d where d.workspace_id = $1 and d.endpoint_id = e.id and d.status = 'pending'
         limit ${pendingShownMax}) as some_of_them) as waiting
       from unnest($2::text[]) as e(id)`,
    [first.workspaceId, rows.map(({ id }) => id)],
  );
  return new Map(counts.map(({ id, waiting }) => [id, waiting]));
}

/** Customers learn no more of an address than this: which one a name has inside a network is not theirs to know. */
export const notToBeCalled = "The address is not a public one that may be called.";

/** Throws `invalid` for an address that Latchkey would refuse to connect to. A name that does not resolve yet passes. */
export async function requireReachable(url: string): Promise<void> {
  if (new URL(url).hostname === echoHost || !(await mayBeCalled(url)))
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "url", message: notToBeCalled }],
    });
}

/** An address as a trail may tell it: a query may hold a secret of the receiver's. */
export function shownUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search === "" ? "" : "?…"}`;
}

/** Reads an endpoint's customer by id or external id, as a filter. */
export async function customerNamed(actor: Actor, named: string): Promise<string | null> {
  const own = customerOf(actor);
  const row = await db().customer.findFirst({
    where: {
      workspaceId: actor.workspaceId,
      OR: [{ id: named }, { externalId: named }],
      ...(own === null ? {} : { AND: { id: own } }),
    },
    select: { id: true },
  });
  return row?.id ?? null;
}
