import { Problem } from "@/lib/api/problem";
import type { db, Tx } from "@/lib/db/client";
import { Issuer } from "@/lib/issuers/schema";

/** An issuer's row by id, or `not-found`; another workspace's does not exist. */
export async function findIssuer(client: Tx | ReturnType<typeof db>, workspaceId: string, id: string) {
  const row = await client.issuer.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
  if (row === null) throw new Problem("not-found", "There is no such issuer.");
  return row;
}

/** A row as the API shows it. */
export function presentIssuer(row: Awaited<ReturnType<typeof findIssuer>>): Issuer {
  const { createdAt, updatedAt, disabledAt, ...others } = row;
  return Issuer.parse({
    ...others,
    disabled: disabledAt !== null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}
