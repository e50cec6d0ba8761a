"use client";
import { InvitationLink } from "@/components/settings/members/invitation-link";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/overlay/dialog";

export interface NewLinkProps {
  email: string;
  link: string;
  onClose: () => void;
}

/** The link of an invitation that was made anew and that no mail carries. */
export function NewLink({ email, link, onClose }: NewLinkProps) {
  return (
    <Dialog open onClose={onClose} title="A new link" footer={<Button onClick={onClose}>Done</Button>}>
      <InvitationLink email={email} link={link} />
    </Dialog>
  );
}
