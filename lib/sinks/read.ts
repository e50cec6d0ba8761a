import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import type { Page, PageQuery } from "@/lib/lists/schema";
import type { Sink } from "@/lib/sinks/schema";
import { findSink, presentSink } from "@/lib/sinks/stored-sink";

const list = "sinks";

/** One sink with its lag and last error. Needs `read:sinks`. Throws `not-found`. */
export async function readSink(actor: Actor, id: string): Promise<Sink> {
  requireScope(actor, "read:sinks");
  requireProvider(actor);
  return presentSink(await findSink(db(), actor.workspaceId, id));
}

/** The workspace's sinks by name. Needs `read:sinks`. */
export async function listSinks(actor: Actor, { cursor, limit }: PageQuery): Promise<Page<Sink>> {
  requireScope(actor, "read:sinks");
  requireProvider(actor);
  const { workspaceId } = actor;
  const after = cursor === undefined ? undefined : String(decodeCursor(list, cursor)[0]);
  const rows = await db().sink.findMany({
    where: { workspaceId, ...(after === undefined ? {} : { name: { gt: after } }) },
    orderBy: { name: "asc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: await Promise.all(page.map(presentSink)),
    nextCursor: last === undefined ? null : encodeCursor(list, [last.name]),
    total: await db().sink.count({ where: { workspaceId } }),
  };
}
