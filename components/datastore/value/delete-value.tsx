"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { agoText } from "@/components/ui/words/when";
import { useNow } from "@/components/ui/words/use-now";
import { datastore, removeValue, type ValuePlace } from "@/lib/client/datastore";
import { ProblemError } from "@/lib/client/request/problem-error";

export interface DeleteValueProps {
  place: ValuePlace;
  onClose: () => void;
  onDeleted: () => void;
}

const recentMs = 3_600_000;

/** Asks before a value goes, and deletes exactly the one that was seen: a newer write stays. */
export function DeleteValue({ place, onClose, onDeleted }: DeleteValueProps) {
  const client = useQueryClient();
  const now = useNow();
  const { data: value } = useQuery(datastore.value(place));
  const remove = useMutation({
    mutationFn: (etag: string) => removeValue({ ...place, etag }),
    onSuccess: () => {
      onDeleted();
      client.removeQueries({ queryKey: datastore.value(place).queryKey });
      void client.invalidateQueries({ queryKey: datastore.all });
    },
    onError: () => client.invalidateQueries({ queryKey: datastore.all }),
  });
  const isStale = remove.error instanceof ProblemError && remove.error.kind === "precondition-failed";
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Delete this value?"
      description="It is gone at once, for every program that reads it. This cannot be undone."
      confirm="Delete value"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => value && remove.mutate(value.etag)}
    >
      <UsedLast
        items={[
          {
            name: place.key,
            used: value === undefined ? "" : `written ${agoText(value.updatedAt, now)}`,
            recent: value !== undefined && now - Date.parse(value.updatedAt) < recentMs,
          },
        ]}
      />
      <RefusalNote
        error={
          isStale
            ? {
                message:
                  "It was written again just now, so it is still there. Delete again to delete that too.",
              }
            : remove.error
        }
      />
    </ConfirmDialog>
  );
}
