"use client";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { SendAgain } from "@/components/settings/members/send-again";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/table/data-table";
import { dateText } from "@/components/ui/words/when";
import type { Invitation, Role } from "@/lib/accounts/schema";
import { members } from "@/lib/client/people/members";

const RevokeInvitation = lazy(async () => ({
  default: (await import("@/components/settings/members/revoke-invitation")).RevokeInvitation,
}));

/** Invitations to the workspace itself that nobody accepted yet (a customer's stand on its page); nothing at all when there are none. */
export function InvitationTable({ role }: { role: Role }) {
  const list = useQuery(members.invitations());
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const [openedMs] = useState(() => Date.now());
  if (list.isError)
    return <QueryProblem things="Invitations" error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data?.items.filter(({ customer }) => customer === null) ?? [];
  if (items.length === 0) return null;
  return (
    <>
      <h2 className="settings-heading">Pending invitations</h2>
      <DataTable label="Pending invitations" className="settings-table" cards>
        <thead>
          <tr>
            <th scope="col">Email</th>
            <th scope="col">Role</th>
            <th scope="col">Ends</th>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((invitation) => (
            <tr key={invitation.id}>
              <td>
                <div className="cell-name">
                  <b>{invitation.email}</b>
                  <span className="small faint">invited by {invitation.invitedBy}</span>
                </div>
              </td>
              <td data-label="Role" className="muted">
                {invitation.role}
              </td>
              <td data-label="Ends" className="muted">
                {Date.parse(invitation.expiresAt) < openedMs
                  ? "is over"
                  : dateText(invitation.expiresAt, openedMs)}
              </td>
              <td className="num">
                <Actions invitation={invitation} role={role} onRevoke={() => setRevoking(invitation)} />
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      <Suspense>
        {revoking && <RevokeInvitation invitation={revoking} onClose={() => setRevoking(null)} />}
      </Suspense>
    </>
  );
}

interface ActionsProps {
  invitation: Invitation;
  role: Role;
  onRevoke: () => void;
}

function Actions({ invitation, role, onRevoke }: ActionsProps) {
  const mayRevoke = usePermission("destroy:members");
  const outranked =
    invitation.role === "owner" && role !== "owner" && "Only an owner handles an owner's invitation.";
  return (
    <span className="row justify-end">
      <SendAgain invitation={invitation} why={outranked} />
      <Button kind="ghost-danger" size={28} why={outranked || mayRevoke.why} onClick={onRevoke}>
        Revoke
      </Button>
    </span>
  );
}
