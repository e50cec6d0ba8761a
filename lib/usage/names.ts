import { db } from "@/lib/db/client";

/** Names and environments of keys, by id; ids of keys that are gone are missing. */
export async function keyNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().key.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, name: true, environment: true },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Slugs, names and visibilities of services, by id. */
export async function serviceNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().service.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, slug: true, name: true, visibility: true },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Names of customers, by id. */
export async function customerNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().customer.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map((row) => [row.id, row]));
}
