import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { literally } from "@/lib/db/like";
import { findIssuer, presentIssuer } from "@/lib/issuers/find";
import { currentIssuers } from "@/lib/issuers/registry/current";
import type { Issuer, IssuerFilters, IssuerKeys } from "@/lib/issuers/schema";
import type { Page } from "@/lib/lists/schema";

const list = "issuers";

/** One issuer. Needs `read:issuers`. */
export async function readIssuer(actor: Actor, id: string): Promise<Issuer> {
  requireScope(actor, "read:issuers");
  requireProvider(actor);
  return presentIssuer(await findIssuer(db(), actor.workspaceId, id));
}

/** The workspace's issuers by name. `q` searches name and `iss`. Needs `read:issuers`. */
export async function listIssuers(actor: Actor, { cursor, limit, q }: IssuerFilters): Promise<Page<Issuer>> {
  requireScope(actor, "read:issuers");
  requireProvider(actor);
  const text = { contains: literally(q ?? ""), mode: "insensitive" as const };
  const where = {
    workspaceId: actor.workspaceId,
    ...(q === undefined ? {} : { OR: [{ name: text }, { issuer: text }] }),
  };
  const after = cursor === undefined ? undefined : String(decodeCursor(list, cursor)[0]);
  const rows = await db().issuer.findMany({
    where: { AND: [where, after === undefined ? {} : { name: { gt: after } }] },
    orderBy: { name: "asc" },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(presentIssuer);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last === undefined ? null : encodeCursor(list, [last.name]),
    total: await db().issuer.count({ where }),
  };
}

/**
 * The keys that this node checks an issuer's tokens with; read now if it holds none. Needs `read:issuers`. Throws
 * `not-found`, or `upstream-unreachable` with the reason while there are none to be had.
 */
export async function readIssuerKeys(actor: Actor, id: string): Promise<IssuerKeys> {
  requireScope(actor, "read:issuers");
  requireProvider(actor);
  const { issuer: iss } = await findIssuer(db(), actor.workspaceId, id);
  const source = (await currentIssuers(actor.workspaceId)).byIss.get(iss)?.keys;
  if (source === undefined) throw new Problem("not-found", "There is no such issuer.");
  await source.ready();
  const { set, readAtMs, lastError } = source.state();
  if (set === null)
    throw new Problem("upstream-unreachable", `The issuer's key set ${lastError ?? "could not be read"}.`);
  return {
    keys: set.keys.map(({ jwk, algorithms }) => ({
      kid: jwk.kid ?? null,
      kty: jwk.kty ?? "",
      algorithms: [...algorithms],
    })),
    refused: [...set.refused],
    readAt: readAtMs === null ? null : new Date(readAtMs).toISOString(),
    lastError,
  };
}
