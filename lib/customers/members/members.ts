import { requireWholeRole } from "@/lib/accounts/members/authority";
import { sessionsChanged } from "@/lib/accounts/session/session";
import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { CustomerRole, type CustomerMember, type UpdateCustomerMember } from "@/lib/customers/schema";
import { findCustomer } from "@/lib/customers/stored/stored-customer";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import type { Page, PageQuery } from "@/lib/lists/schema";

const list = "customer-members";

/** Which member of which customer; the customer by id or external id. */
interface MemberOf {
  customer: string;
  userId: string;
}

/** People on a customer's side, in the order of their ids. Needs `read:members`. Throws `not-found` for the customer. */
export async function listCustomerMembers(
  actor: Actor,
  { customer: named, limit, cursor }: PageQuery & { customer: string },
): Promise<Page<CustomerMember>> {
  requireScope(actor, "read:members");
  const { workspaceId, id } = await findCustomer(db(), actor, named);
  const after = cursor === undefined ? null : String(decodeCursor(list, cursor)[0]);
  const where = { workspaceId, customerId: id };
  const rows = await db().customerMember.findMany({
    where: { ...where, ...(after === null ? {} : { userId: { gt: after } }) },
    include: { user: true },
    orderBy: { userId: "asc" },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(shown);
  const last = items.at(-1);
  return {
    items,
    total: await db().customerMember.count({ where }),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(list, [last.userId]) : null,
  };
}

/**
 * Gives a customer's member another role, at once in every session of theirs. Needs `update:members` and what the role
 * holds. Throws `not-found`.
 */
export async function updateCustomerMember(
  actor: Actor,
  { role, ...member }: UpdateCustomerMember & MemberOf,
): Promise<CustomerMember> {
  requireScope(actor, "update:members");
  const changed = await db().$transaction(async (tx) => {
    const { where, before } = await lockMember(tx, actor, member);
    if (before.role === role) return before;
    const { customerId } = where.workspaceId_customerId_userId;
    await requireWholeRole(tx, actor, { role, customerId });
    await tx.customerMember.update({ where, data: { role } });
    await audit(tx, actor, {
      action: "members.change-role",
      subject: member.userId,
      detail: { from: before.role, to: role, customer: customerId },
    });
    return { ...before, role };
  });
  await sessionsChanged(member.userId);
  return changed;
}

/** Takes someone off a customer's side, at once. Needs `destroy:members`, or to be that person there. Throws `not-found`. */
export async function removeCustomerMember(actor: Actor, member: MemberOf): Promise<void> {
  const leaving = actor.kind === "session" && customerOf(actor) !== null && actor.userId === member.userId;
  if (!leaving) requireScope(actor, "destroy:members");
  await db().$transaction(async (tx) => {
    const { where, before } = await lockMember(tx, actor, member);
    await tx.customerMember.delete({ where });
    await audit(tx, actor, {
      action: leaving ? "members.leave" : "members.remove",
      subject: member.userId,
      detail: {
        email: before.email,
        role: before.role,
        customer: where.workspaceId_customerId_userId.customerId,
      },
    });
  });
  await sessionsChanged(member.userId);
}

async function lockMember(tx: Tx, actor: Actor, { customer: named, userId }: MemberOf) {
  const { workspaceId, id: customerId } = await findCustomer(tx, actor, named);
  await tx.$executeRaw`
    select 1 from customer_member
     where workspace_id = ${workspaceId} and customer_id = ${customerId} and user_id = ${userId} for update`;
  const where = { workspaceId_customerId_userId: { workspaceId, customerId, userId } };
  const row = await tx.customerMember.findUnique({ where, include: { user: true } });
  if (row === null) throw new Problem("not-found", "No such member.");
  return { where, before: shown(row) };
}

function shown({
  userId,
  role,
  createdAt,
  user,
}: {
  userId: string;
  role: string;
  createdAt: Date;
  user: { email: string; name: string };
}): CustomerMember {
  const { email, name } = user;
  return { userId, email, name, role: CustomerRole.parse(role), createdAt: createdAt.toISOString() };
}
