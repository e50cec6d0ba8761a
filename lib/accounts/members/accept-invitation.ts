import { addressGroup, countAttempt } from "@/lib/accounts/sign-in/attempts";
import { lockMembers } from "@/lib/accounts/members/authority";
import { placeName } from "@/lib/accounts/members/invitations";
import { hashPassword } from "@/lib/accounts/passwords/password";
import { refuseEmailAsPassword } from "@/lib/accounts/passwords/reset-password";
import { Role, type AcceptInvitation, type NewWorkspace } from "@/lib/accounts/schema";
import { sessionsChanged, type Session } from "@/lib/accounts/session/session";
import type { SignedInUser } from "@/lib/accounts/sign-in/sign-in";
import { insertUser } from "@/lib/accounts/sign-up/sign-up";
import { hashToken } from "@/lib/accounts/passwords/token";
import { Problem } from "@/lib/api/problem";
import { db, type Tx } from "@/lib/db/client";
import { env } from "@/lib/env";
import { audit } from "@/lib/events/trail/audit";

/** What the invitation page shows before someone accepts. */
export interface OpenInvitation {
  email: string;
  role: Role;
  /** Of the workspace, or of the customer and the workspace. */
  workspaceName: string;
  invitedBy: string;
  /** Whether the address has an account, so that its owner signs in rather than choosing a password. */
  hasAccount: boolean;
}

/** The invitation behind a mailed token, or null when it is unknown, accepted, revoked or over. */
export async function readInvitation(token: string): Promise<OpenInvitation | null> {
  const found = await db().invitation.findFirst({
    where: { tokenHash: hashToken(token), acceptedAt: null, expiresAt: { gt: new Date() } },
  });
  if (found === null) return null;
  const { email, role, invitedBy } = found;
  const hasAccount = (await db().user.count({ where: { email } })) > 0;
  return { email, role: Role.parse(role), workspaceName: await placeName(found), invitedBy, hasAccount };
}

/**
 * Makes the invited person a member, once: the one who is signed in, or a new account. Throws `not-found` for a spent
 * link, `forbidden` for someone else's or when sign-up is closed, `conflict` when the address has an account that is
 * not signed in, or is a member already, `invalid` when a new account lacks a password.
 */
export async function acceptInvitation(
  session: Session | null,
  { token, password, name }: AcceptInvitation,
  address: string | null,
): Promise<{
  user: Omit<SignedInUser, "sessionGeneration"> & { sessionGeneration: number | null };
  workspace: NewWorkspace;
  /** Set when they joined a customer's side. */
  customerId: string | null;
}> {
  await countAttempt([{ name: `accept-from:${addressGroup(address)}`, limit: 100, seconds: 3600 }]);
  const invitation = await readInvitation(token);
  if (invitation === null) throw spent();
  const passwordHash = session === null ? await hashNewPassword(invitation, password) : null;
  const accepted = await db().$transaction(async (tx) => {
    const { workspaceId, role, email, customerId } = await useToken(tx, token);
    const user =
      session === null
        ? await insertUser(tx, { email, name: name ?? "", passwordHash })
        : invited(session, email);
    await join(tx, { workspaceId, userId: user.id, role }, customerId);
    await audit(
      tx,
      {
        kind: "session",
        workspaceId,
        customerId,
        userId: user.id,
        email,
        role,
        scopes: [],
        address,
      },
      { action: "members.join", subject: user.id, detail: { role, customer: customerId } },
    );
    const {
      id,
      slug,
      name: workspaceName,
    } = await tx.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
    return { user, workspace: { id, slug, name: workspaceName }, customerId };
  });
  await sessionsChanged(accepted.user.id);
  return accepted;
}

async function hashNewPassword(
  { email, hasAccount }: OpenInvitation,
  password: string | undefined,
): Promise<string> {
  if (hasAccount) throw new Problem("conflict", `${email} has an account. Sign in to it, then accept.`);
  if (env().SIGN_UP === "closed") throw new Problem("forbidden", "New accounts are closed here.");
  if (password === undefined)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "password", message: "is needed for a new account" }],
    });
  refuseEmailAsPassword(password, email, "password");
  return hashPassword(password);
}

/** The signed-in person, if the invitation is theirs. */
function invited(
  session: Session,
  email: string,
): { id: string; email: string; name: string; sessionGeneration: null } {
  if (session.email !== email)
    throw new Problem(
      "forbidden",
      `This invitation is for ${email}, and you are signed in as ${session.email}.`,
    );
  return { id: session.userId, email, name: session.name, sessionGeneration: null };
}

/** A guarded update: of two at once, one finds nothing left to use. */
async function useToken(
  tx: Tx,
  token: string,
): Promise<{ workspaceId: string; role: Role; email: string; customerId: string | null }> {
  const now = new Date();
  const [used] = await tx.invitation.updateManyAndReturn({
    where: { tokenHash: hashToken(token), acceptedAt: null, expiresAt: { gt: now } },
    data: { acceptedAt: now },
  });
  if (used === undefined) throw spent();
  const { workspaceId, email, customerId } = used;
  return { workspaceId, role: Role.parse(used.role), email, customerId };
}

async function join(
  tx: Tx,
  member: { workspaceId: string; userId: string; role: Role },
  customerId: string | null,
): Promise<void> {
  await lockMembers(tx, member.workspaceId);
  const { count } =
    customerId === null
      ? await tx.membership.createMany({ data: [member], skipDuplicates: true })
      : await tx.customerMember.createMany({ data: [{ ...member, customerId }], skipDuplicates: true });
  if (count === 0)
    throw new Problem(
      "conflict",
      `You are a member of this ${customerId === null ? "workspace" : "customer"} already.`,
    );
}

function spent(): Problem {
  return new Problem("not-found", "This invitation was accepted, taken back or is over. Ask for a new one.");
}
