import { db } from "@/lib/db/client";
import { maskSecret } from "@/lib/keys/format";

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

/** Names and external ids of customers, by id. */
export async function customerNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().customer.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, name: true, externalId: true },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Masked values of secrets, by id. */
export async function secretNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().secret.findMany({ where: { workspaceId, id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, { name: maskSecret(row) }]));
}
