"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { dateText } from "@/components/ui/words/when";
import type { UpdateRetention, Workspace } from "@/lib/accounts/schema";

export interface ShortenRetentionProps {
  now: Pick<Workspace, "logRetentionDays" | "auditRetentionDays">;
  next: UpdateRetention;
  onClose: () => void;
  onConfirm: (next: UpdateRetention) => Promise<void>;
}

const dayMs = 86_400_000;

/** Asks before records are deleted because they are to be kept for a shorter time, with the day from which on they stay. */
export function ShortenRetention({ now, next, onClose, onConfirm }: ShortenRetentionProps) {
  const [openedMs] = useState(() => Date.now());
  const shorten = useMutation({ mutationFn: () => onConfirm(next), onSuccess: onClose });
  const before = (days: number) =>
    `older than ${dateText(new Date(openedMs - days * dayMs).toISOString(), openedMs)}`;
  const { logRetentionDays: logDays, auditRetentionDays: auditDays } = next;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Shorten retention?"
      description="What is older is deleted for good, within the hour. Keeping it longer again brings nothing back."
      confirm="Shorten retention"
      busy={shorten.isPending && "Saving"}
      onConfirm={() => shorten.mutate()}
    >
      <UsedLast
        items={[
          ...(logDays < now.logRetentionDays ? [{ name: "Log lines", used: before(logDays) }] : []),
          ...(auditDays !== null && auditDays < (now.auditRetentionDays ?? Number.POSITIVE_INFINITY)
            ? [{ name: "Audit entries", used: before(auditDays) }]
            : []),
        ]}
      />
      <RefusalNote error={shorten.error} />
    </ConfirmDialog>
  );
}
