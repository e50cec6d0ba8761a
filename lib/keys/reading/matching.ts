import { customerOf, type Actor } from "@/lib/api/actor";
import type { Prisma } from "@/lib/db/generated/client";
import { literally } from "@/lib/db/like";
import { parseValue } from "@/lib/keys/format";
import type { KeyFilter, LastUsed } from "@/lib/keys/reading/schema";
import type { KeyStatus } from "@/lib/keys/schema";

type Where = Prisma.KeyWhereInput;

/** The keys of the actor's view that pass every condition that is given, at `now`. */
export function keysMatching(actor: Actor, query: KeyFilter, now: Date): Where {
  const customerId = customerOf(actor);
  const filters: Where[] = [{ workspaceId: actor.workspaceId }];
  if (customerId !== null) filters.push({ customerId });
  if (query.customer !== undefined)
    filters.push({ customer: { OR: [{ id: query.customer }, { externalId: query.customer }] } });
  if (query.environment !== undefined) filters.push({ environment: query.environment });
  if (query.scope !== undefined) filters.push({ scopes: { has: query.scope } });
  if (query.role !== undefined) filters.push({ roles: { has: query.role } });
  if (query.plan !== undefined) filters.push({ plan: query.plan });
  if (query.status !== undefined) filters.push(withStatus(query.status, now));
  if (query.lastUsed !== undefined) filters.push(usedLast(query.lastUsed, now));
  if (query.q !== undefined && query.q !== "") filters.push(matching(query.q));
  return { AND: filters };
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
  const contains = literally(q);
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
