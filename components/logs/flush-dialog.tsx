"use client";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { agoText } from "@/components/ui/words/when";
import { useNow } from "@/components/ui/words/use-now";
import { flushLogs, logs } from "@/lib/client/records/logs";

export interface FlushDialogProps {
  /** Slug of the only service that is flushed, or null for the whole log. */
  service: string | null;
  onClose: () => void;
  onFlushed: () => void;
}

const recentMs = 3_600_000;

/** Asks before a log is emptied, and says when it was last written to. */
export function FlushDialog({ service, onClose, onFlushed }: FlushDialogProps) {
  const now = useNow();
  const newest = useInfiniteQuery(logs.list(service === null ? {} : { service }, 1)).data?.pages[0]?.items[0];
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
      {newest !== undefined && (
        <UsedLast
          items={[
            {
              name: service ?? "Newest line",
              used: `written ${agoText(newest.at, now)}`,
              recent: now - Date.parse(newest.at) < recentMs,
            },
          ]}
        />
      )}
      {flush.error !== null && <RefusalNote error={flush.error} />}
    </ConfirmDialog>
  );
}
