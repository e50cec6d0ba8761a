"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { issuers, removeIssuer, updateIssuer } from "@/lib/client/issuers";
import type { Issuer } from "@/lib/issuers/schema";

export interface StopIssuerProps {
  issuer: Issuer;
  /** Disabling refuses its tokens; deleting leaves them to upstreams again. */
  way: "disable" | "delete";
  onClose: () => void;
  onStopped: () => void;
}

const ways = {
  disable: {
    verb: "Disable",
    running: "Disabling",
    what: "Its tokens are refused at once, and not passed to the upstream. Enabling it lets them count again.",
    done: "is disabled. Its tokens are refused from now on.",
  },
  delete: {
    verb: "Delete",
    running: "Deleting",
    what: "Its tokens are no credentials any more: they are passed to upstreams unread. To refuse them, disable it instead.",
    done: "deleted. Its tokens are passed to upstreams again.",
  },
} as const;

/** Asks before an issuer's tokens stop counting. */
export function StopIssuer({ issuer, way, onClose, onStopped }: StopIssuerProps) {
  const client = useQueryClient();
  const { verb, running, what, done } = ways[way];
  const stop = useMutation({
    mutationFn: async () => {
      if (way === "delete") await removeIssuer(issuer.id);
      else await updateIssuer({ id: issuer.id, disabled: true });
    },
    onSuccess: () => {
      toast({ tone: "changed", text: `${issuer.name} ${done}` });
      onStopped();
      if (way === "delete") client.removeQueries({ queryKey: issuers.detail(issuer.id).queryKey });
      void client.invalidateQueries({ queryKey: issuers.all });
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`${verb} ${issuer.name}?`}
      description={what}
      confirm={`${verb} issuer`}
      busy={stop.isPending && running}
      onConfirm={() => stop.mutate()}
    >
      <RefusalNote error={stop.error} />
    </ConfirmDialog>
  );
}
