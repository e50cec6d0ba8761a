import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { upstreamHostRefusal } from "@/lib/gateway/upstream/connection/private-address";
import { StoredConfig, type Sink } from "@/lib/sinks/schema";

/** A sink's row; its token is left out. */
export type StoredSink = Awaited<ReturnType<typeof findSink>>;

/** One sink of a workspace. Throws `not-found`. */
export async function findSink(tx: Pick<Tx, "sink">, workspaceId: string, id: string) {
  const row = await tx.sink.findFirst({ where: { workspaceId, id } });
  if (row === null) throw new Problem("not-found", "There is no such sink.");
  return row;
}

/** A sink as the API shows it. */
export async function presentSink(row: StoredSink): Promise<Sink> {
  const { workspaceId, id: sinkId } = row;
  const waiting = { workspaceId, sinkId, deliveredAt: null };
  const [pending, oldest] = await Promise.all([
    db().sinkEvent.count({ where: waiting }),
    db().sinkEvent.aggregate({ where: waiting, _min: { minute: true } }),
  ]);
  const config = StoredConfig.parse(row.config);
  const behindMs = Date.now() - (oldest._min.minute ?? row.readUntil).getTime();
  return {
    id: row.id,
    name: row.name,
    kind: "openmeter",
    url: config.url,
    eventType: config.eventType,
    subject: config.subject,
    source: sourceOf(workspaceId, config),
    hasToken: row.token !== null,
    disabled: row.disabledAt !== null,
    delivery: {
      readUntil: row.readUntil.toISOString(),
      pending,
      lagSeconds: Math.max(0, Math.floor(behindMs / 1_000)),
      delivered: Number(row.delivered),
      lastDeliveredAt: row.lastDeliveredAt?.toISOString() ?? null,
      failures: row.failures,
      lastError: row.lastError,
      lastErrorAt: row.lastErrorAt?.toISOString() ?? null,
      nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What a sink's events name as their source. */
export function sourceOf(workspaceId: string, { source }: StoredConfig): string {
  return source ?? `latchkey:${workspaceId}`;
}

/** Throws `invalid` for an address that Latchkey would refuse to connect to. A name that does not resolve yet passes. */
export async function requireReachable(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const refusal = await upstreamHostRefusal({
    hostname,
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  });
  if (refusal !== null)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "url", message: `${refusal}.` }],
    });
}
