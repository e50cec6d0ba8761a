import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db, sql, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { emitEvent } from "@/lib/events/emit";
import type { FlushLogs, FlushReceipt } from "@/lib/logs/schema";

const rowsPerChunk = 5_000;

/**
 * Empties the log, or one service's: for every reader at once; then written lines are deleted in chunks, which retention
 * finishes should this process die meanwhile. Access lines are hidden; their decisions stay. Lines written from now on
 * stay. Needs `flush:logs`, and nobody of a customer may.
 */
export async function flushLogs(actor: Actor, { service }: FlushLogs): Promise<FlushReceipt> {
  requireScope(actor, "flush:logs");
  requireProvider(actor);
  const { workspaceId } = actor;
  const serviceId = service === undefined ? "" : await serviceNamed(workspaceId, service);
  const at = await db().$transaction((tx) => markFlushed(tx, actor, serviceId));
  return { at: at.toISOString(), deleted: await deleteFlushed(workspaceId) };
}

async function deleteFlushed(workspaceId: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rowCount } = await sql().query(flushedChunk, [workspaceId, rowsPerChunk]);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < rowsPerChunk) return deleted;
  }
}

/** Deletes at most `$2` lines of workspace `$1` that were flushed. */
export const flushedChunk = `delete from log_line where workspace_id = $1 and position in (
  (select position from log_line where workspace_id = $1
      and position <= (select position from log_flush where workspace_id = $1 and service_id = '') limit $2)
  union all
  (select gone.position from log_flush as flush, lateral (
      select position from log_line where log_line.workspace_id = $1 and log_line.service_id = flush.service_id
        and log_line.position <= flush.position limit $2) as gone
    where flush.workspace_id = $1)
  limit $2)`;

/** Workspaces that still hold lines which were flushed. */
export async function workspacesFlushed(): Promise<string[]> {
  const { rows } = await sql().query<{ workspace_id: string }>(
    `select distinct flush.workspace_id from log_flush as flush
      where exists (select 1 from log_line as line where line.workspace_id = flush.workspace_id
          and line.position <= flush.position and flush.service_id in ('', line.service_id))`,
  );
  return rows.map((row) => row.workspace_id);
}

async function serviceNamed(workspaceId: string, service: string): Promise<string> {
  const found = await db().service.findFirst({
    where: { workspaceId, OR: [{ id: service }, { slug: service }] },
    select: { id: true },
  });
  if (found === null) throw new Problem("not-found", "No such service.");
  return found.id;
}

/** The trail's row is locked, so no writer stands between the last place that is flushed and the first that is not. */
async function markFlushed(tx: Tx, actor: Actor, serviceId: string): Promise<Date> {
  const { workspaceId } = actor;
  await tx.$executeRaw`
    insert into trail (workspace_id) values (${workspaceId})
    on conflict (workspace_id) do update set log_position = trail.log_position`;
  const { logPosition: position } = await tx.trail.findUniqueOrThrow({ where: { workspaceId } });
  // A call of this very millisecond has been answered too.
  const at = new Date(Date.now() + 1);
  await tx.logFlush.upsert({
    where: { workspaceId_serviceId: { workspaceId, serviceId } },
    create: { workspaceId, serviceId, at, position },
    update: { at, position },
  });
  const subject = serviceId === "" ? null : serviceId;
  await audit(tx, actor, { action: "logs.flush", subject });
  await emitEvent(tx, { workspaceId, type: "logs.flush", subject, data: { service: subject } });
  return at;
}
