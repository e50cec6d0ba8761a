import { lockMembers, requireOwner, requireWholeRole } from "@/lib/accounts/members/authority";
import { Role, type Invitation, type Invite, type SentInvitation } from "@/lib/accounts/schema";
import { newToken } from "@/lib/accounts/passwords/token";
import { actorLabel, customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { db, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { portalUrl } from "@/lib/env";
import { audit } from "@/lib/events/trail/audit";
import type { Page, PageQuery } from "@/lib/lists/schema";
import { log } from "@/lib/log";
import { mailMode, sendMail } from "@/lib/mail/send";

/** Days that an invitation can be accepted. */
export const invitationDays = 7;

interface Row {
  id: string;
  email: string;
  role: string;
  customerId: string | null;
  invitedBy: string;
  expiresAt: Date;
  createdAt: Date;
}

/**
 * Invitations that nobody accepted yet, oldest first; those that are over stay until revoked or sent again. Someone on a
 * customer's side sees those to it.
 */
export async function listInvitations(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<Invitation>> {
  requireScope(actor, "read:members");
  const after = cursor === undefined ? null : String(decodeCursor("invitations", cursor)[0]);
  const rows = await db().invitation.findMany({
    where: {
      ...ofActor(actor),
      acceptedAt: null,
      ...(after === null ? {} : { id: { gt: after } }),
    },
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(shown);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor("invitations", [last.id]) : null,
  };
}

/**
 * Invites an address by a mailed link, to the workspace or to one customer's side; who is on a customer's side invites
 * to that one. Throws `conflict` for a member or an address invited already, `invalid` for an unknown customer,
 * `forbidden` when the role holds more than the caller, or someone below owner invites an owner. When the mail does not
 * go out, the link is in the answer instead.
 */
export async function invite(
  actor: Actor,
  { email, role, customer = null }: Omit<Invite, "customer"> & Partial<Invite>,
): Promise<SentInvitation> {
  requireScope(actor, "create:members");
  const { token, tokenHash } = newToken();
  const { workspaceId } = actor;
  const invitation = await db().$transaction(async (tx) => {
    await lockMembers(tx, workspaceId);
    const customerId = await customerFor(tx, actor, customer);
    if (role === "owner") await requireOwnerFor(tx, actor, customerId);
    await requireWholeRole(tx, actor, { role, customerId });
    await refuseDouble(tx, { workspaceId, email, customerId });
    const row = await tx.invitation.create({
      data: {
        workspaceId,
        id: newId("inv"),
        email,
        role,
        customerId,
        tokenHash,
        invitedBy: actorLabel(actor).label,
        expiresAt: end(),
      },
    });
    await audit(tx, actor, {
      action: "members.invite",
      subject: row.id,
      detail: { email, role, customer: customerId },
    });
    return shown(row);
  });
  return send(invitation, { workspaceId, token });
}

/**
 * Sends an invitation again with a new link, good for another week; the link sent before is void. Needs what its role
 * holds, as inviting does.
 */
export async function resendInvitation(actor: Actor, id: string): Promise<SentInvitation> {
  requireScope(actor, "create:members");
  const { token, tokenHash } = newToken();
  const { workspaceId } = actor;
  const invitation = await db().$transaction(async (tx) => {
    const row = await loadPending(tx, actor, id);
    if (row.role === "owner") await requireOwner(tx, actor, "Only an owner may invite an owner.");
    await requireWholeRole(tx, actor, { role: Role.parse(row.role), customerId: row.customerId });
    const { count } = await tx.invitation.updateMany({
      where: { workspaceId, id, acceptedAt: null },
      data: { tokenHash, expiresAt: end() },
    });
    if (count === 0) throw noSuch();
    await audit(tx, actor, {
      action: "members.resend-invitation",
      subject: id,
      detail: { email: row.email },
    });
    return loadPending(tx, actor, id);
  });
  return send(shown(invitation), { workspaceId, token });
}

/** Makes an invitation's link void. */
export async function revokeInvitation(actor: Actor, id: string): Promise<void> {
  requireScope(actor, "destroy:members");
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    const row = await loadPending(tx, actor, id);
    if (row.role === "owner")
      await requireOwner(tx, actor, "Only an owner may take back an owner's invitation.");
    const { count } = await tx.invitation.deleteMany({ where: { workspaceId, id, acceptedAt: null } });
    if (count === 0) throw noSuch();
    await audit(tx, actor, {
      action: "members.revoke-invitation",
      subject: id,
      detail: { email: row.email },
    });
  });
}

/** The invitations that an actor may see and change: all of the workspace, or those to its customer's side. */
function ofActor(actor: Actor): { workspaceId: string; customerId?: string } {
  const own = customerOf(actor);
  return { workspaceId: actor.workspaceId, ...(own === null ? {} : { customerId: own }) };
}

async function customerFor(tx: Tx, actor: Actor, named: string | null): Promise<string | null> {
  const own = customerOf(actor);
  if (named === null) return own;
  const { workspaceId } = actor;
  const customer = await tx.customer.findFirst({
    where: {
      workspaceId,
      OR: [{ id: named }, { externalId: named }],
      ...(own === null ? {} : { AND: { id: own } }),
    },
  });
  if (customer !== null) return customer.id;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "customer", message: "there is no such customer" }],
  });
}

async function requireOwnerFor(tx: Tx, actor: Actor, customerId: string | null): Promise<void> {
  if (customerId !== null) throw new Problem("forbidden", "A customer's side has no owner.");
  await requireOwner(tx, actor, "Only an owner may invite an owner.");
}

async function refuseDouble(
  tx: Tx,
  { workspaceId, email, customerId }: { workspaceId: string; email: string; customerId: string | null },
): Promise<void> {
  const where = { workspaceId, user: { email } };
  const members =
    customerId === null
      ? await tx.membership.count({ where })
      : await tx.customerMember.count({ where: { ...where, customerId } });
  if (members > 0) throw new Problem("conflict", `${email} is a member already.`);
  if ((await tx.invitation.count({ where: { workspaceId, email, customerId, acceptedAt: null } })) > 0)
    throw new Problem("conflict", `${email} has an invitation already; send that one again.`);
}

async function loadPending(tx: Tx, actor: Actor, id: string): Promise<Row> {
  const row = await tx.invitation.findFirst({ where: { ...ofActor(actor), id, acceptedAt: null } });
  if (row === null) throw noSuch();
  return row;
}

function noSuch(): Problem {
  return new Problem("not-found", "No such invitation.");
}

function end(): Date {
  return new Date(Date.now() + invitationDays * 24 * 3_600_000);
}

/** After the commit: an invitation that could not be mailed stands, and its link is handed to the inviter. */
async function send(
  invitation: Invitation,
  { workspaceId, token }: { workspaceId: string; token: string },
): Promise<SentInvitation> {
  const link = `${portalUrl()}/invitation?token=${token}`;
  const mailed =
    mailMode() === "off"
      ? false
      : await mail(invitation, {
          placeName: await placeName({ workspaceId, customerId: invitation.customer }),
          link,
        });
  const delivered = mailed && mailMode() === "smtp";
  return { invitation, mailed: delivered, link: delivered ? null : link };
}

/** What an invitation leads to, in words: the workspace, or a customer at it. */
export async function placeName({
  workspaceId,
  customerId,
}: {
  workspaceId: string;
  customerId: string | null;
}): Promise<string> {
  const { name } = await db().workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  if (customerId === null) return name;
  const customer = await db().customer.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId, id: customerId } },
  });
  return `${customer.name} at ${name}`;
}

async function mail(
  { email, role, invitedBy }: Invitation,
  { placeName, link }: { placeName: string; link: string },
): Promise<boolean> {
  try {
    await sendMail({
      to: email,
      subject: `Join ${placeName} on Latchkey`,
      lines: [
        `${invitedBy} invites you to ${placeName} as ${role}.`,
        `Accept within ${invitationDays} days:`,
      ],
      link,
      closing: "If you expected no invitation, there is nothing to do.",
    });
    return true;
  } catch (error) {
    log.warn({ err: error }, "an invitation could not be mailed");
    return false;
  }
}

function shown({ id, email, role, customerId, invitedBy, expiresAt, createdAt }: Row): Invitation {
  return {
    id,
    email,
    role: Role.parse(role),
    customer: customerId,
    invitedBy,
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}
