import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { Members } from "@/components/settings/members/members";
import { listInvitations } from "@/lib/accounts/members/invitations";
import { listMembers } from "@/lib/accounts/members/members";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { members } from "@/lib/client/people/members";

export const metadata: Metadata = { title: "Members" };

export default async function MembersPage() {
  const { actor, user, role, workspace } = await requirePortalSession();
  const page = { limit: 100 };
  return (
    <FirstData
      answers={[
        { queryKey: members.list().queryKey, load: () => listMembers(actor, page) },
        { queryKey: members.invitations().queryKey, load: () => listInvitations(actor, page) },
      ]}
    >
      <Members userId={user.id} role={role} workspace={workspace.name} />
    </FirstData>
  );
}
