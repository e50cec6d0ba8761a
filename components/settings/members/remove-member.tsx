"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { Note } from "@/components/ui/plate";
import { dateText } from "@/components/ui/words/when";
import type { Member } from "@/lib/accounts/schema";
import { members, removeMember } from "@/lib/client/people/members";
import { useState } from "react";

export interface RemoveMemberProps {
  member: Member;
  isSelf: boolean;
  workspace: string;
  onClose: () => void;
}

/** Asks before someone goes, or leaves. */
export function RemoveMember({ member, isSelf, workspace, onClose }: RemoveMemberProps) {
  const client = useQueryClient();
  const [openedMs] = useState(() => Date.now());
  const remove = useMutation({
    mutationFn: () => removeMember(member.userId),
    onSuccess: () => {
      if (isSelf) return location.assign("/sign-in");
      onClose();
      toast({ text: `${member.email} removed. Their sessions are ended.` });
      return client.invalidateQueries({ queryKey: members.all });
    },
  });
  const title = isSelf ? `Leave ${workspace}?` : `Remove ${member.email}?`;
  const description = isSelf
    ? "Your sessions end everywhere at once. Keys that you made keep working. Only an invitation brings you back."
    : "Their sessions end everywhere at once. Keys that they made keep working. Only an invitation brings them back.";
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={title}
      description={description}
      confirm={isSelf ? "Leave workspace" : "Remove member"}
      busy={remove.isPending && (isSelf ? "Leaving" : "Removing")}
      onConfirm={() => remove.mutate()}
    >
      <UsedLast
        items={[{ name: member.email, used: `${member.role} since ${dateText(member.createdAt, openedMs)}` }]}
      />
      {remove.isError && <Note tone="deny">{remove.error.message}</Note>}
    </ConfirmDialog>
  );
}
