"use client";
import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { InvitationTable } from "@/components/settings/members/invitation-table";
import { MemberTable } from "@/components/settings/members/member-table";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import type { Role } from "@/lib/accounts/schema";
import { members } from "@/lib/client/people/members";

const InviteDialog = lazy(async () => ({
  default: (await import("@/components/settings/members/invite-dialog")).InviteDialog,
}));

export interface MembersProps {
  /** The person looking. */
  userId: string;
  role: Role;
  /** Name of the workspace. */
  workspace: string;
}

/** Who belongs to the workspace, and who is invited. */
export function Members({ userId, role, workspace }: MembersProps) {
  const list = useQuery(members.list());
  const mayInvite = usePermission("create:members");
  const [inviting, setInviting] = useState(false);
  const invite = (
    <Button
      kind="primary"
      size={28}
      icon={<Icon of={UserPlus} />}
      why={mayInvite.why}
      onClick={() => setInviting(true)}
    >
      Invite
    </Button>
  );
  return (
    <SettingsFrame current="members" actions={invite}>
      {list.isPending && <LoadingRows label="Loading members" rows={3} />}
      {list.isError && (
        <QueryProblem things="Members" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && (
        <MemberTable items={list.data.items} userId={userId} role={role} workspace={workspace} />
      )}
      <InvitationTable role={role} />
      {inviting && (
        <Suspense>
          <InviteDialog role={role} workspace={workspace} onClose={() => setInviting(false)} />
        </Suspense>
      )}
    </SettingsFrame>
  );
}
