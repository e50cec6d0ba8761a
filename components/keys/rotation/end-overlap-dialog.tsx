"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { TaskProps } from "@/components/keys/act/tasks";
import { useKeyChange } from "@/components/keys/act/use-key-change";
import { MaskedKey } from "@/components/keys/masked-key";
import { callersOf } from "@/components/keys/rotation/traffic";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { useNow } from "@/components/ui/words/use-now";
import { agoText } from "@/components/ui/words/when";
import { decisions } from "@/lib/client/records/decisions";
import { endRotation } from "@/lib/client/keys";
import type { Key } from "@/lib/keys/schema";

const recentMs = 3_600_000;

/** Ends an overlap, after saying what used the old secret last. */
export function EndOverlapDialog({ open, onClose, subject }: TaskProps & { subject: Key }) {
  const now = useNow();
  const { data } = useInfiniteQuery(decisions.list({ credential: subject.id }, 100));
  const change = useKeyChange({
    send: endRotation,
    foresee: (key, id) =>
      key.id === id && key.rotation ? { ...key, status: "active", rotation: null } : key,
    onDone: (key) => toast({ tone: "done", text: `The old secret of ${key.name} has stopped.` }),
    failed: () => `The overlap of ${subject.name} still runs.`,
  });
  const old = subject.rotation?.oldSecret;
  const callers = old ? callersOf(data?.pages.flatMap(({ items }) => items) ?? [], old.id) : [];
  const items = callers.slice(0, 5).map(({ address, program, lastAt }) => ({
    name: program === null ? address : `${address}, ${program}`,
    used: `used it ${agoText(lastAt, now)}`,
    recent: now - Date.parse(lastAt) < recentMs,
  }));
  const end = () => {
    change.mutate(subject.id);
    onClose();
  };
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title="End the overlap now?"
      description={
        <>
          The old secret {old && <MaskedKey masked={old.masked} spent />} of {subject.name} stops at once and
          for good. The new one keeps working.
        </>
      }
      confirm="End overlap"
      onConfirm={end}
    >
      <UsedLast
        items={
          items.length > 0
            ? items
            : [
                {
                  name: "Old secret",
                  used: old?.lastUsedAt ? `used ${agoText(old.lastUsedAt, now)}` : "never used",
                  recent: Boolean(old?.lastUsedAt && now - Date.parse(old.lastUsedAt) < recentMs),
                },
              ]
        }
      />
    </ConfirmDialog>
  );
}
