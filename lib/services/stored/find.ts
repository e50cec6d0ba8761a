import { Problem } from "@/lib/api/problem";
import type { db, Tx } from "@/lib/db/client";
import { Service } from "@/lib/services/schema";

/** A service's row by id or slug, or `not-found`; another workspace's does not exist. */
export async function findService(client: Tx | ReturnType<typeof db>, workspaceId: string, idOrSlug: string) {
  const row = await client.service.findFirst({
    where: { workspaceId, OR: [{ id: idOrSlug }, { slug: idOrSlug }] },
  });
  if (row === null) throw new Problem("not-found", "There is no such service.");
  return row;
}

/** A row as the API shows it. */
export function presentService(row: Awaited<ReturnType<typeof findService>>): Service {
  const { createdAt, updatedAt, ...others } = row;
  return Service.parse({ ...others, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() });
}
