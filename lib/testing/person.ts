import { acceptInvitation } from "@/lib/accounts/members/accept-invitation";
import { invite } from "@/lib/accounts/members/invitations";
import { issueSession } from "@/lib/accounts/sign-in/issue-session";
import type { Role } from "@/lib/accounts/schema";
import { signUp } from "@/lib/accounts/sign-up/sign-up";
import type { SignedInUser } from "@/lib/accounts/sign-in/sign-in";
import { roleScopes } from "@/lib/accounts/roles";
import type { SessionActor } from "@/lib/api/actor";
import { randomBase62 } from "@/lib/db/id";

/** Password of every person that tests make. */
export const testPassword = "brass and nickel";

/** A signed-up person with a workspace of their own. */
export interface TestPerson {
  user: SignedInUser;
  actor: SessionActor;
  /** `Cookie` header of a browser that is signed in as them. */
  cookie: string;
}

/** An address that nobody has yet. */
export function freshEmail(): string {
  return `p-${randomBase62(12).toLowerCase()}@example.com`;
}

/** Signs someone up. */
export async function createPerson(): Promise<TestPerson> {
  const email = freshEmail();
  const { user, workspace } = await signUp(
    { email, password: testPassword, workspaceName: `Of ${email}` },
    null,
  );
  return {
    user,
    actor: actorOf(user, { workspaceId: workspace.id, role: "owner" }),
    cookie: await cookieOf(user),
  };
}

/** Invites and accepts: a further member of the inviter's workspace, with an account of their own. */
export async function createMember(inviter: SessionActor, role: Role): Promise<TestPerson> {
  const { link } = await invite(inviter, { email: freshEmail(), role });
  const { user } = await acceptInvitation(null, { token: tokenIn(link), password: testPassword }, null);
  const signedIn = { ...user, sessionGeneration: user.sessionGeneration ?? 0 };
  return {
    user: signedIn,
    actor: actorOf(signedIn, { workspaceId: inviter.workspaceId, role }),
    cookie: await cookieOf(signedIn),
  };
}

/** The token at the end of a mailed link. */
export function tokenIn(text: string | null): string {
  const token = /token=([0-9A-Za-z]+)/.exec(text ?? "")?.[1];
  if (token === undefined) throw new Error(`no token in ${text}`);
  return token;
}

/** `Cookie` header of a browser that signs in as this user. */
export async function cookieOf(user: SignedInUser): Promise<string> {
  return (await issueSession(user)).map((cookie) => cookie.split(";")[0]).join("; ");
}

function actorOf(
  user: SignedInUser,
  { workspaceId, role }: { workspaceId: string; role: Role },
): SessionActor {
  return {
    kind: "session",
    workspaceId,
    customerId: null,
    userId: user.id,
    email: user.email,
    role,
    scopes: roleScopes(role),
    address: null,
  };
}
