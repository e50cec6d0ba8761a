import { lockMembers, requireOwner, requireWholeRole } from "@/lib/accounts/members/authority";
import { Role, type Member, type UpdateMember } from "@/lib/accounts/schema";
import { sessionsChanged } from "@/lib/accounts/session/session";
import { actorId, customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import type { Page, PageQuery } from "@/lib/lists/schema";
import type { PlatformScope } from "@/lib/scopes/catalogue";

/** Members in the order of their ids, which is the order in which their accounts were made. */
export async function listMembers(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<Member>> {
  requireMemberScope(actor, "read:members");
  const after = cursor === undefined ? null : String(decodeCursor("members", cursor)[0]);
  const rows = await db().membership.findMany({
    where: { workspaceId: actor.workspaceId, ...(after === null ? {} : { userId: { gt: after } }) },
    include: { user: true },
    orderBy: { userId: "asc" },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(shown);
  const last = items.at(-1);
  const total = await db().membership.count({ where: { workspaceId: actor.workspaceId } });
  return {
    items,
    total,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor("members", [last.userId]) : null,
  };
}

/** One member; throws `not-found` for anyone else. */
export async function readMember(actor: Actor, userId: string): Promise<Member> {
  requireMemberScope(actor, "read:members");
  return shownOr404(await db().membership.findUnique(memberOf(actor, userId)));
}

/**
 * Gives a member another role, at once in every session of theirs. Only owners make and change owners, and nobody gives
 * a role that holds more than they do (`forbidden`); the last owner stays one (`conflict`).
 */
export async function updateMember(actor: Actor, userId: string, { role }: UpdateMember): Promise<Member> {
  requireMemberScope(actor, "update:members");
  const member = await db().$transaction(async (tx) => {
    await lockMembers(tx, actor.workspaceId);
    const before = shownOr404(await tx.membership.findUnique(memberOf(actor, userId)));
    if (before.role === role) return before;
    if (before.role === "owner" || role === "owner")
      await requireOwner(tx, actor, "Only an owner may make someone an owner or change one.");
    await requireWholeRole(tx, actor, { role, customerId: null });
    if (before.role === "owner") await requireAnotherOwner(tx, before, actor.workspaceId);
    await tx.membership.update({
      where: { workspaceId_userId: { workspaceId: actor.workspaceId, userId } },
      data: { role },
    });
    await audit(tx, actor, {
      action: "members.change-role",
      subject: userId,
      detail: { from: before.role, to: role },
    });
    return { ...before, role };
  });
  await sessionsChanged(userId);
  return member;
}

/**
 * Takes someone out of the workspace and ends all their sessions. Anyone may leave; else `destroy:members` is needed,
 * and an owner to remove an owner (`forbidden`). The last owner cannot go (`conflict`).
 */
export async function removeMember(actor: Actor, userId: string): Promise<void> {
  const leaving = actor.kind === "session" && actor.customerId === null && actor.userId === userId;
  if (!leaving) requireMemberScope(actor, "destroy:members");
  await db().$transaction(async (tx) => {
    await lockMembers(tx, actor.workspaceId);
    const member = shownOr404(await tx.membership.findUnique(memberOf(actor, userId)));
    if (member.role === "owner") {
      await requireOwner(tx, actor, "Only an owner may remove an owner.");
      await requireAnotherOwner(tx, member, actor.workspaceId);
    }
    await tx.membership.delete({ where: { workspaceId_userId: { workspaceId: actor.workspaceId, userId } } });
    await tx.user.update({ where: { id: userId }, data: { sessionGeneration: { increment: 1 } } });
    await audit(tx, actor, {
      action: leaving ? "members.leave" : "members.remove",
      subject: userId,
      detail: { email: member.email, role: member.role, by: actorId(actor) },
    });
  });
  await sessionsChanged(userId);
}

/** Members belong to the provider: a customer's key sees none, whatever its scopes. */
export function requireMemberScope(actor: Actor, scope: PlatformScope): void {
  requireScope(actor, scope);
  if (customerOf(actor) !== null)
    throw new Problem("forbidden", "A customer's key or session does not see the workspace's members.");
}

function memberOf({ workspaceId }: Actor, userId: string) {
  return { where: { workspaceId_userId: { workspaceId, userId } }, include: { user: true } } as const;
}

async function requireAnotherOwner(tx: Tx, { userId, email }: Member, workspaceId: string): Promise<void> {
  const others = await tx.membership.count({
    where: { workspaceId, role: "owner", userId: { not: userId } },
  });
  if (others === 0)
    throw new Problem("conflict", `${email} is the last owner. Make someone else an owner first.`);
}

interface Row {
  userId: string;
  role: string;
  createdAt: Date;
  user: { email: string; name: string };
}

function shownOr404(row: Row | null): Member {
  if (row === null) throw new Problem("not-found", "No such member.");
  return shown(row);
}

function shown({ userId, role, createdAt, user }: Row): Member {
  return {
    userId,
    email: user.email,
    name: user.name,
    role: Role.parse(role),
    createdAt: createdAt.toISOString(),
  };
}
