import { requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import { readRoleScopes } from "@/lib/keys/changes/granting";
import { presentKey } from "@/lib/keys/changes/present";
import { withParts, type StoredKey } from "@/lib/keys/changes/stored-key";
import { keysMatching } from "@/lib/keys/reading/matching";
import type { KeyPage, KeySort, ListKeys } from "@/lib/keys/reading/schema";

type Where = Prisma.KeyWhereInput;

/** A page of keys in the order asked for, with how many there are in all. Needs `read:keys`. */
export async function listKeys(actor: Actor, query: ListKeys): Promise<KeyPage> {
  requireScope(actor, "read:keys");
  const now = new Date();
  const where = keysMatching(actor, query, now);
  const list = `keys:${query.sort}`;
  const after = query.cursor === undefined ? {} : beyond(query.sort, decodeCursor(list, query.cursor));
  const [rows, total] = await Promise.all([
    db().key.findMany({
      where: { AND: [where, after] },
      include: withParts(now),
      orderBy: orders[query.sort],
      take: query.limit + 1,
    }),
    db().key.count({ where }),
  ]);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const roleScopes = await readRoleScopes(
    db(),
    actor.workspaceId,
    shown.flatMap((row) => row.roles),
  );
  return {
    items: shown.map((row) => presentKey(row, roleScopes, now)),
    nextCursor:
      rows.length > query.limit && last !== undefined
        ? encodeCursor(list, positionOf(query.sort, last))
        : null,
    total,
  };
}

const orders: Record<KeySort, Prisma.KeyOrderByWithRelationInput[]> = {
  created: [{ createdAt: "desc" }, { id: "desc" }],
  lastUsed: [{ lastUsedAt: { sort: "desc", nulls: "last" } }, { id: "desc" }],
  name: [{ name: "asc" }, { id: "asc" }],
};

function positionOf(sort: KeySort, row: StoredKey): (string | number)[] {
  switch (sort) {
    case "created":
      return [row.createdAt.getTime(), row.id];
    case "lastUsed":
      return [row.lastUsedAt?.getTime() ?? -1, row.id];
    case "name":
      return [row.name, row.id];
  }
}

/** The rows that come after a position. A key that is used while somebody pages may move, but none is lost by it. */
function beyond(sort: KeySort, [position, last]: (string | number)[]): Where {
  const id = String(last);
  const at = new Date(Number(position));
  switch (sort) {
    case "created":
      return { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] };
    case "lastUsed":
      if (position === -1) return { lastUsedAt: null, id: { lt: id } };
      return { OR: [{ lastUsedAt: { lt: at } }, { lastUsedAt: at, id: { lt: id } }, { lastUsedAt: null }] };
    case "name":
      return { OR: [{ name: { gt: String(position) } }, { name: String(position), id: { gt: id } }] };
  }
}
