import type { Metadata } from "next";
import { readParam, type SearchParams } from "@/app/(auth)/search-params";
import { AuthCard } from "@/components/accounts/auth-frame";
import { InvitationForm } from "@/components/accounts/invitation-form";
import { SignOutButton } from "@/components/accounts/sign-out-button";
import { ButtonLink } from "@/components/ui/button";
import { Note } from "@/components/ui/plate";
import { readInvitation, type OpenInvitation } from "@/lib/accounts/members/accept-invitation";
import type { Session } from "@/lib/accounts/session/session";
import { readVisitor } from "@/lib/accounts/session/visitor";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Invitation" };

export default async function InvitationPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await readParam(searchParams, "token")) ?? "";
  const [invitation, visitor] = await Promise.all([readInvitation(token), readVisitor()]);
  if (invitation === null)
    return (
      <AuthCard title="Invitation">
        <Note tone="limited">
          This invitation was accepted, taken back or is over. Ask whoever sent it for a new one.
        </Note>
        <ButtonLink size={40} href="/sign-in">
          Go to signing in
        </ButtonLink>
      </AuthCard>
    );
  const about = (
    <>
      {invitation.invitedBy} invites <b>{invitation.email}</b> as {invitation.role}
    </>
  );
  return (
    <AuthCard title={`Join ${invitation.workspaceName}`} about={about}>
      <WayIn token={token} invitation={invitation} visitor={visitor} />
    </AuthCard>
  );
}

/** Accept as oneself, sign in first, sign out first, or choose a password. */
function WayIn({
  token,
  invitation,
  visitor,
}: {
  token: string;
  invitation: OpenInvitation;
  visitor: Session | null;
}) {
  const { email, hasAccount } = invitation;
  if (visitor?.email === email) return <InvitationForm token={token} email={email} isNew={false} />;
  if (visitor !== null)
    return (
      <>
        <Note tone="limited">You are signed in as {visitor.email}. Sign out, then open the link again.</Note>
        <SignOutButton />
      </>
    );
  if (hasAccount)
    return (
      <>
        <Note tone="accent">{email} has an account. Sign in to it, then accept.</Note>
        <ButtonLink
          kind="primary"
          size={40}
          href={`/sign-in?next=${encodeURIComponent(`/invitation?token=${token}`)}`}
        >
          Sign in
        </ButtonLink>
      </>
    );
  if (env().SIGN_UP === "closed")
    return <Note tone="limited">New accounts are closed here. Ask whoever runs this Latchkey.</Note>;
  return <InvitationForm token={token} email={email} isNew />;
}
