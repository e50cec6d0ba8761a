import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import { readRoleScopes } from "@/lib/keys/changes/granting";
import { presentKey } from "@/lib/keys/changes/present";
import { withParts, type StoredKey } from "@/lib/keys/changes/stored-key";
import { parseValue } from "@/lib/keys/format";
import type { KeyPage, KeySort, KeyStatus, LastUsed, ListKeys } from "@/lib/keys/schema";

type Where = Prisma.KeyWhereInput;

/** A page of keys in the order asked for, with how many there are in all. Needs `read:keys`. */
export async function listKeys(actor: Actor, query: ListKeys): Promise<KeyPage> {
  requireScope(actor, "read:keys");
  const now = new Date();
  const where: Where = { AND: filtersOf(actor, query, now) };
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

function filtersOf(actor: Actor, query: ListKeys, now: Date): Where[] {
  const customerId = customerOf(actor);
  const filters: Where[] = [{ workspaceId: actor.workspaceId }];
  if (customerId !== null) filters.push({ customerId });
  if (query.customer !== undefined)
    filters.push({ customer: { OR: [{ id: query.customer }, { externalId: query.customer }] } });
  if (query.environment !== undefined) filters.push({ environment: query.environment });
  if (query.scope !== undefined) filters.push({ scopes: { has: query.scope } });
  if (query.role !== undefined) filters.push({ roles: { has: query.role } });
  if (query.status !== undefined) filters.push(withStatus(query.status, now));
  if (query.lastUsed !== undefined) filters.push(usedLast(query.lastUsed, now));
  if (query.q !== undefined && query.q !== "") filters.push(matching(query.q));
  return filters;
}

function withStatus(status: KeyStatus, now: Date): Where {
  const unexpired: Where = { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  const working: Where = { revokedAt: null, disabledAt: null, ...unexpired };
  switch (status) {
    case "revoked":
      return { revokedAt: { not: null } };
    case "expired":
      return { revokedAt: null, expiresAt: { lte: now } };
    case "disabled":
      return { revokedAt: null, disabledAt: { not: null }, ...unexpired };
    case "rotating":
      return { ...working, secrets: { some: { expiresAt: { gt: now } } } };
    case "active":
      return { ...working, secrets: { none: { expiresAt: { gt: now } } } };
  }
}

function usedLast(when: LastUsed, now: Date): Where {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  switch (when) {
    case "24h":
      return { lastUsedAt: { gte: daysAgo(1) } };
    case "7d":
      return { lastUsedAt: { gte: daysAgo(7) } };
    case "30d":
      return { lastUsedAt: { gte: daysAgo(30) } };
    case "not-30d":
      return { OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: daysAgo(30) } }] };
    case "never":
      return { lastUsedAt: null };
  }
}

const masked = /^\w+_([0-9A-Za-z]{4})(?:…|\.\.\.)([0-9A-Za-z]{4})$/;

/** A whole value is looked for by its public id only; nothing of it is stored or logged. */
function matching(q: string): Where {
  const value = parseValue(q);
  if (value !== null) return { secrets: { some: { id: value.id } } };
  const [, head, lastFour] = masked.exec(q) ?? [];
  if (head !== undefined && lastFour !== undefined)
    return { secrets: { some: { id: { startsWith: head }, lastFour } } };
  const contains = q.replace(/[\\%_]/g, "\\$&");
  return {
    OR: [
      { name: { contains, mode: "insensitive" } },
      { id: { contains } },
      { externalId: { contains, mode: "insensitive" } },
      { labels: { has: q } },
      { secrets: { some: { lastFour: q } } },
    ],
  };
}
