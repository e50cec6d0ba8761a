"use client";
import { useRef } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import { readReplay, sinkPlaces } from "@/components/sinks/sink-draft";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { sinks, updateSink } from "@/lib/client/records/sinks";
import type { Sink } from "@/lib/sinks/schema";

/** Has a sink send events of the past once more. */
export function ReplayDialog({
  sink,
  onClose,
  onSaved,
}: {
  sink: Sink;
  onClose: () => void;
  onSaved: () => void;
}) {
  const moment = useRef<HTMLInputElement>(null);
  const form = useDraftForm({
    first: () => ({ from: "" }),
    judge: (draft) => sending(readReplay(draft.from), (change) => updateSink({ ...change, id: sink.id })),
    places: sinkPlaces,
    touches: [sinks.all],
    onDone: onSaved,
  });
  return (
    <FormDialog
      form={form}
      title={`Send ${sink.name} again`}
      description="Events of that minute and later are sent once more with the ids they had, so that a receiver that knows them counts them once."
      confirm="Send again"
      busy="Asking"
      initialFocus={moment}
      size="narrow"
      onClose={onClose}
    >
      <Field label="From" aside="UTC" error={form.errors["from"]}>
        <Input
          ref={moment}
          type="datetime-local"
          value={form.draft.from}
          onChange={(event) => form.edit({ from: event.target.value })}
        />
      </Field>
    </FormDialog>
  );
}
