"use client";
import { useId, useRef } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import { readNewSink, readSinkChange, sinkDraftOf, sinkPlaces } from "@/components/sinks/sink-draft";
import { Radio } from "@/components/ui/form/choice";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { createSink, sinks, updateSink } from "@/lib/client/records/sinks";
import type { Sink } from "@/lib/sinks/schema";

export interface SinkDialogProps {
  /** The sink to change; null makes one. */
  sink: Sink | null;
  onClose: () => void;
  /** Told of the sink as it is stored now. */
  onSaved: (sink: Sink) => void;
}

/** The form of a sink. What its events' ids are made of stays for its life. */
export function SinkDialog({ sink, onClose, onSaved }: SinkDialogProps) {
  const name = useRef<HTMLInputElement>(null);
  const radios = useId();
  const form = useDraftForm({
    first: () => sinkDraftOf(sink),
    judge: (draft) =>
      sink === null
        ? sending(readNewSink(draft), (input) => createSink(input))
        : sending(readSinkChange(draft, sink), (change) => updateSink({ ...change, id: sink.id })),
    places: sinkPlaces,
    touches: [sinks.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors, edit } = form;
  return (
    <FormDialog
      form={form}
      title={sink === null ? "Create sink" : `Edit ${sink.name}`}
      description="Usage is pushed as CloudEvents in OpenMeter's form, one event per minute and subject, each with an id of its own, so that a repeat counts once."
      confirm={sink === null ? "Create sink" : "Save sink"}
      busy={sink === null ? "Creating" : "Saving"}
      initialFocus={name}
      onClose={onClose}
    >
      <Field label="Name" error={errors["name"]}>
        <Input
          ref={name}
          value={draft.name}
          autoComplete="off"
          onChange={(event) => edit({ name: event.target.value })}
        />
      </Field>
      <Field label="Address" help="Where events are posted." error={errors["url"]}>
        <Input
          className="mono"
          value={draft.url}
          inputMode="url"
          placeholder="https://openmeter.cloud/api/v1/events"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => edit({ url: event.target.value })}
        />
      </Field>
      <Field
        label="Token"
        aside={sink?.hasToken === true ? "one is stored" : "optional"}
        help={
          sink?.hasToken === true
            ? "Left empty, the stored one stays. It is never shown."
            : "Sent as a bearer token; sealed, and never shown again."
        }
        error={errors["token"]}
      >
        <Input
          type="password"
          value={draft.token}
          autoComplete="off"
          onChange={(event) => edit({ token: event.target.value })}
        />
      </Field>
      {sink === null && (
        <>
          <FieldSet label="Counts calls of" aside="stays for its life" error={errors["subject"]}>
            <div className="choice-line">
              <Radio
                name={radios}
                checked={draft.subject === "customer"}
                onChange={() => edit({ subject: "customer" })}
              >
                Customers, by external id
              </Radio>
              <Radio
                name={radios}
                checked={draft.subject === "key"}
                onChange={() => edit({ subject: "key" })}
              >
                Keys, by id
              </Radio>
            </div>
          </FieldSet>
          <div className="pair">
            <Field label="Event type" aside="stays" error={errors["eventType"]}>
              <Input
                className="mono"
                value={draft.eventType}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => edit({ eventType: event.target.value })}
              />
            </Field>
            <Field label="Send from" aside="UTC, now when empty" error={errors["from"]}>
              <Input
                type="datetime-local"
                value={draft.from}
                onChange={(event) => edit({ from: event.target.value })}
              />
            </Field>
          </div>
        </>
      )}
    </FormDialog>
  );
}
