"use client";
import { useMutation } from "@tanstack/react-query";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { flushLogs } from "@/lib/client/records/logs";

export interface FlushDialogProps {
  /** Slug of the only service that is flushed, or null for the whole log. */
  service: string | null;
  onClose: () => void;
  onFlushed: () => void;
}

/** Asks before a log is emptied. */
export function FlushDialog({ service, onClose, onFlushed }: FlushDialogProps) {
  const flush = useMutation({
    mutationFn: () => flushLogs(service),
    onSuccess({ deleted }) {
      toast({ tone: "changed", text: `Log flushed, ${deleted.toLocaleString("en")} written lines deleted.` });
      onFlushed();
    },
  });
  const what = service === null ? "the whole log" : `the log of ${service}`;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Flush ${what}?`}
      description="Its written lines are deleted for good, whatever the other filters say, and its access lines hidden. Decisions stay where they are."
      confirm={service === null ? "Flush log" : `Flush log of ${service}`}
      busy={flush.isPending && "Flushing"}
      onConfirm={() => flush.mutate()}
    >
      {flush.error !== null && <RefusalNote error={flush.error} />}
    </ConfirmDialog>
  );
}
