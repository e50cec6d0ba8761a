"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/overlay/toaster";
import type { Invitation, SentInvitation } from "@/lib/accounts/schema";
import { members, resendInvitation } from "@/lib/client/people/members";

const NewLink = lazy(async () => ({
  default: (await import("@/components/settings/members/new-link")).NewLink,
}));

/** Sends an invitation again; where no mail carries the new link, it is shown once. `why` is what forbids it beside permissions. */
export function SendAgain({ invitation, why }: { invitation: Invitation; why?: string | false }) {
  const client = useQueryClient();
  const mayInvite = usePermission("create:members");
  const [sent, setSent] = useState<SentInvitation | null>(null);
  const resend = useMutation({
    mutationFn: () => resendInvitation(invitation.id),
    onSuccess: (made) => {
      setSent(made);
      if (made.mailed) toast({ text: `Sent again to ${invitation.email}. The link before is void.` });
      return client.invalidateQueries({ queryKey: members.all });
    },
    onError: (error) =>
      toast({ tone: "failed", text: `Nothing was sent to ${invitation.email}. ${error.message}` }),
  });
  return (
    <>
      <Button
        kind="ghost"
        size={28}
        why={why || mayInvite.why}
        busy={resend.isPending && "Sending"}
        onClick={() => resend.mutate()}
      >
        Send again
      </Button>
      <Suspense>
        {sent?.link && (
          <NewLink email={sent.invitation.email} link={sent.link} onClose={() => setSent(null)} />
        )}
      </Suspense>
    </>
  );
}
