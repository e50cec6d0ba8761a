"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RefusalNote } from "@/components/forms/refusal-note";
import { ConfirmDialog, UsedLast } from "@/components/ui/overlay/dialog";
import { useNow } from "@/components/ui/words/use-now";
import { agoText } from "@/components/ui/words/when";
import { removeSink, sinks } from "@/lib/client/records/sinks";
import type { Sink } from "@/lib/sinks/schema";

/** Asks before a sink goes, and says what was sent last and what is lost. */
export function DeleteSink({
  sink,
  onClose,
  onDeleted,
}: {
  sink: Sink;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const client = useQueryClient();
  const now = useNow();
  const { lastDeliveredAt, pending } = sink.delivery;
  const remove = useMutation({
    mutationFn: () => removeSink(sink.id),
    onSuccess: () => {
      onDeleted();
      return client.invalidateQueries({ queryKey: sinks.all });
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete ${sink.name}?`}
      description="Nothing more is sent to it, and what waits for it is dropped. Usage itself stays. Pausing it keeps what waits."
      confirm="Delete sink"
      busy={remove.isPending && "Deleting"}
      onConfirm={() => remove.mutate()}
    >
      <UsedLast
        items={[
          {
            name: sink.name,
            used: lastDeliveredAt === null ? "never delivered" : `delivered ${agoText(lastDeliveredAt, now)}`,
            recent: lastDeliveredAt !== null && now - Date.parse(lastDeliveredAt) < 86_400_000,
          },
          ...(pending > 0 ? [{ name: "Waiting", used: `${pending.toLocaleString("en")} events` }] : []),
        ]}
      />
      <RefusalNote error={remove.error} />
    </ConfirmDialog>
  );
}
