import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { presentCustomer, withKeyCount } from "@/lib/customers/stored/present";
import type { Customer, CustomerPage, ListCustomers } from "@/lib/customers/schema";
import { findCustomer } from "@/lib/customers/stored/stored-customer";
import { db } from "@/lib/db/client";
import { literally } from "@/lib/db/like";
import type { Prisma } from "@/lib/db/generated/client";

const list = "customers";

/** One customer by id or external id. Needs `read:customers`; a caller bound to a customer sees that one. Throws `not-found`. */
export async function readCustomer(actor: Actor, named: string): Promise<Customer> {
  requireScope(actor, "read:customers");
  return presentCustomer(await findCustomer(db(), actor, named));
}

/** A page of customers, newest first, with how many there are in all. Needs `read:customers`. */
export async function listCustomers(actor: Actor, query: ListCustomers): Promise<CustomerPage> {
  requireScope(actor, "read:customers");
  const where: Prisma.CustomerWhereInput = { AND: filtersOf(actor, query) };
  const after = query.cursor === undefined ? {} : beyond(decodeCursor(list, query.cursor));
  const [rows, total] = await Promise.all([
    db().customer.findMany({
      where: { AND: [where, after] },
      include: withKeyCount,
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: query.limit + 1,
    }),
    db().customer.count({ where }),
  ]);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(presentCustomer),
    nextCursor:
      rows.length > query.limit && last !== undefined
        ? encodeCursor(list, [last.createdAt.getTime(), last.id])
        : null,
    total,
  };
}

function beyond([position, last]: (string | number)[]): Prisma.CustomerWhereInput {
  const createdAt = new Date(Number(position));
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: String(last) } }] };
}

function filtersOf(
  actor: Actor,
  { q, status, externalId, plan }: ListCustomers,
): Prisma.CustomerWhereInput[] {
  const own = customerOf(actor);
  const filters: Prisma.CustomerWhereInput[] = [{ workspaceId: actor.workspaceId }];
  if (own !== null) filters.push({ id: own });
  if (externalId !== undefined) filters.push({ externalId });
  if (plan !== undefined) filters.push({ plan });
  if (status !== undefined) filters.push({ disabledAt: status === "active" ? null : { not: null } });
  if (q !== undefined && q !== "") {
    const contains = literally(q);
    filters.push({
      OR: [
        { name: { contains, mode: "insensitive" } },
        { externalId: { contains, mode: "insensitive" } },
        { id: { contains } },
      ],
    });
  }
  return filters;
}
