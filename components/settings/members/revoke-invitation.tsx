"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { Note } from "@/components/ui/plate";
import type { Invitation } from "@/lib/accounts/schema";
import { members, withdrawInvitation } from "@/lib/client/people/members";

export interface RevokeInvitationProps {
  invitation: Invitation;
  onClose: () => void;
}

/** Asks before an invitation's link is made void. */
export function RevokeInvitation({ invitation, onClose }: RevokeInvitationProps) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => withdrawInvitation(invitation.id),
    onSuccess: () => {
      onClose();
      toast({ text: `The invitation of ${invitation.email} is revoked. Its link is void.` });
      return client.invalidateQueries({ queryKey: members.all });
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke the invitation of ${invitation.email}?`}
      description="Its link stops working at once. They can be invited again."
      confirm="Revoke invitation"
      busy={revoke.isPending && "Revoking"}
      onConfirm={() => revoke.mutate()}
    >
      {revoke.isError && <Note tone="deny">{revoke.error.message}</Note>}
    </ConfirmDialog>
  );
}
