import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { literally } from "@/lib/db/like";
import type { Page } from "@/lib/lists/schema";
import { findService, presentService } from "@/lib/services/stored/find";
import type { Service, ServiceFilters } from "@/lib/services/schema";

const list = "services";

/** One service, by id or slug. Needs `read:services`. */
export async function readService(actor: Actor, idOrSlug: string): Promise<Service> {
  requireScope(actor, "read:services");
  requireProvider(actor);
  return presentService(await findService(db(), actor.workspaceId, idOrSlug));
}

/** The workspace's services by slug. `q` searches slug, name and upstream. Needs `read:services`. */
export async function listServices(
  actor: Actor,
  { cursor, limit, q }: ServiceFilters,
): Promise<Page<Service>> {
  requireScope(actor, "read:services");
  requireProvider(actor);
  const text = { contains: literally(q ?? ""), mode: "insensitive" as const };
  const where = {
    workspaceId: actor.workspaceId,
    ...(q === undefined ? {} : { OR: [{ slug: text }, { name: text }, { upstream: text }] }),
  };
  const after = cursor === undefined ? undefined : String(decodeCursor(list, cursor)[0]);
  const rows = await db().service.findMany({
    where: { AND: [where, after === undefined ? {} : { slug: { gt: after } }] },
    orderBy: { slug: "asc" },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(presentService);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor(list, [last.slug]),
    total: await db().service.count({ where }),
  };
}
