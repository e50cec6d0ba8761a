import { lockMembers, requireOwner } from "@/lib/accounts/members/authority";
import { requireMemberScope } from "@/lib/accounts/members/members";
import { Role, type Invitation, type Invite, type SentInvitation } from "@/lib/accounts/schema";
import { newToken } from "@/lib/accounts/passwords/token";
import { actorLabel, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { decodeCursor, encodeCursor } from "@/lib/api/page";
import { db, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { portalUrl } from "@/lib/env";
import { audit } from "@/lib/events/audit";
import type { Page, PageQuery } from "@/lib/lists/schema";
import { log } from "@/lib/log";
import { mailMode, sendMail } from "@/lib/mail/send";

/** Days that an invitation can be accepted. */
export const invitationDays = 7;

interface Row {
  id: string;
  email: string;
  role: string;
  invitedBy: string;
  expiresAt: Date;
  createdAt: Date;
}

/** Invitations that nobody accepted yet, oldest first; those that are over stay until revoked or sent again. */
export async function listInvitations(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<Invitation>> {
  requireMemberScope(actor, "read:members");
  const after = cursor === undefined ? null : String(decodeCursor("invitations", cursor)[0]);
  const rows = await db().invitation.findMany({
    where: {
      workspaceId: actor.workspaceId,
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
 * Invites an address by a mailed link. Throws `conflict` for a member or an address invited already, `forbidden` when
 * someone below owner invites an owner. When the mail does not go out, the link is in the answer instead.
 */
export async function invite(actor: Actor, { email, role }: Invite): Promise<SentInvitation> {
  requireMemberScope(actor, "create:members");
  const { token, tokenHash } = newToken();
  const { workspaceId } = actor;
  const invitation = await db().$transaction(async (tx) => {
    await lockMembers(tx, workspaceId);
    if (role === "owner") await requireOwner(tx, actor, "Only an owner may invite an owner.");
    await refuseDouble(tx, { workspaceId, email });
    const row = await tx.invitation.create({
      data: {
        workspaceId,
        id: newId("inv"),
        email,
        role,
        tokenHash,
        invitedBy: actorLabel(actor).label,
        expiresAt: end(),
      },
    });
    await audit(tx, actor, { action: "members.invite", subject: row.id, detail: { email, role } });
    return shown(row);
  });
  return send(invitation, { workspaceId, token });
}

/** Sends an invitation again with a new link, good for another week; the link sent before is void. */
export async function resendInvitation(actor: Actor, id: string): Promise<SentInvitation> {
  requireMemberScope(actor, "create:members");
  const { token, tokenHash } = newToken();
  const { workspaceId } = actor;
  const invitation = await db().$transaction(async (tx) => {
    const row = await loadPending(tx, { workspaceId, id });
    if (row.role === "owner") await requireOwner(tx, actor, "Only an owner may invite an owner.");
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
    return loadPending(tx, { workspaceId, id });
  });
  return send(shown(invitation), { workspaceId, token });
}

/** Makes an invitation's link void. */
export async function revokeInvitation(actor: Actor, id: string): Promise<void> {
  requireMemberScope(actor, "destroy:members");
  const { workspaceId } = actor;
  await db().$transaction(async (tx) => {
    const row = await loadPending(tx, { workspaceId, id });
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

async function refuseDouble(
  tx: Tx,
  { workspaceId, email }: { workspaceId: string; email: string },
): Promise<void> {
  if ((await tx.membership.count({ where: { workspaceId, user: { email } } })) > 0)
    throw new Problem("conflict", `${email} is a member already.`);
  if ((await tx.invitation.count({ where: { workspaceId, email, acceptedAt: null } })) > 0)
    throw new Problem("conflict", `${email} has an invitation already; send that one again.`);
}

async function loadPending(tx: Tx, { workspaceId, id }: { workspaceId: string; id: string }): Promise<Row> {
  const row = await tx.invitation.findFirst({ where: { workspaceId, id, acceptedAt: null } });
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
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const mailed =
    mailMode() === "off" ? false : await mail(invitation, { workspaceName: workspace.name, link });
  const delivered = mailed && mailMode() === "smtp";
  return { invitation, mailed: delivered, link: delivered ? null : link };
}

async function mail(
  { email, role, invitedBy }: Invitation,
  { workspaceName, link }: { workspaceName: string; link: string },
): Promise<boolean> {
  try {
    await sendMail({
      to: email,
      subject: `Join ${workspaceName} on Latchkey`,
      lines: [
        `${invitedBy} invites you to ${workspaceName} as ${role}.`,
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

function shown({ id, email, role, invitedBy, expiresAt, createdAt }: Row): Invitation {
  return {
    id,
    email,
    role: Role.parse(role),
    invitedBy,
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}
