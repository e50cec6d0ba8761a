import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { findSink } from "@/lib/sinks/stored-sink";

/** Removes a sink and what waits for it. Needs `destroy:sinks`. Throws `not-found`. */
export async function deleteSink(actor: Actor, id: string): Promise<void> {
  requireScope(actor, "destroy:sinks");
  requireProvider(actor);
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    const { name } = await findSink(tx, workspaceId, id);
    await tx.sink.deleteMany({ where: { workspaceId, id } });
    await audit(tx, actor, { action: "sinks.delete", subject: id, detail: { name } });
  });
}
