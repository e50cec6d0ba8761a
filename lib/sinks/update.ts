import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { seal } from "@/lib/crypto/seal";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { StoredConfig, type Sink, type UpdateSink } from "@/lib/sinks/schema";
import { findSink, presentSink, requireReachable, type StoredSink } from "@/lib/sinks/stored-sink";

/**
 * Changes, stops or starts a sink, or has it send again from a time on; the next try is made at once. A sink that is
 * started goes on where it stopped, as far as minutes are kept. Needs `update:sinks`. Throws `not-found`, `conflict`
 * (the name is taken) or `invalid` (an address that may not be connected to, or elsewhere without its token).
 */
export async function updateSink(actor: Actor, id: string, change: UpdateSink): Promise<Sink> {
  requireScope(actor, "update:sinks");
  requireProvider(actor);
  if (change.url !== undefined) await requireReachable(change.url);
  const row = await orConflict(
    db().$transaction((tx) => changeSink(tx, actor, { id, change })),
    "A sink with that name exists.",
  );
  return presentSink(row);
}

async function changeSink(
  tx: Tx,
  actor: Actor,
  { id, change }: { id: string; change: UpdateSink },
): Promise<StoredSink> {
  const { workspaceId } = actor;
  const { name, url, token, disabled, replayFrom } = change;
  await tx.$queryRaw`select id from sink where workspace_id = ${workspaceId} and id = ${id} for update`;
  const { config, token: sealed } = await findSink(tx, workspaceId, id);
  if (url !== undefined && token === undefined && sealed !== null)
    requireSameReceiver(StoredConfig.parse(config).url, url);
  if (replayFrom !== undefined)
    await tx.sinkEvent.updateMany({
      where: { workspaceId, sinkId: id, minute: { gte: new Date(Date.parse(replayFrom) - 59_999) } },
      data: { deliveredAt: null },
    });
  const row = await tx.sink.update({
    where: { workspaceId_id: { workspaceId, id } },
    data: {
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { config: { ...StoredConfig.parse(config), url } }),
      ...(token === undefined ? {} : { token: token === null ? null : seal("sink-token", token) }),
      ...(disabled === undefined ? {} : { disabledAt: disabled ? new Date() : null }),
      nextAttemptAt: null,
    },
  });
  const detail = {
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    ...(token === undefined ? {} : { token: token === null ? "removed" : "replaced" }),
    ...(disabled === undefined ? {} : { disabled }),
    ...(replayFrom === undefined ? {} : { replayFrom }),
  };
  await audit(tx, actor, { action: "sinks.update", subject: id, detail });
  return row;
}

/** The token is never answered, so it must not be had by sending it to an address of one's own. */
function requireSameReceiver(before: string, now: string): void {
  if (new URL(before).origin === new URL(now).origin) return;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "token", message: "must be sent with an address elsewhere, or null to send none" }],
  });
}
