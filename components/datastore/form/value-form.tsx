"use client";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState } from "react";
import { ExpiryFields } from "@/components/datastore/form/expiry-fields";
import { FileField } from "@/components/datastore/form/file-field";
import { Theirs } from "@/components/datastore/form/theirs";
import { readValueDraft, type ReadValue, valueDraftOf } from "@/components/datastore/form/value-draft";
import { shownValue } from "@/components/datastore/value/value-text";
import type { FieldPlaces } from "@/components/forms/field-errors";
import { FormDialog } from "@/components/forms/form-dialog";
import { useDraftForm } from "@/components/forms/use-draft-form";
import { LoadingRows } from "@/components/states/states";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input, Textarea } from "@/components/ui/form/input";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { datastore, type HeldValue, putValue } from "@/lib/client/datastore";
import { ProblemError } from "@/lib/client/request/problem-error";
import type { StoredEntry } from "@/lib/datastore/schema";

const JsonEditor = lazy(async () => ({
  default: (await import("@/components/forms/json-editor")).JsonEditor,
}));

export interface ValueFormProps {
  /** The value to change as it was seen; null makes one. */
  stored: HeldValue | null;
  /** Its key, or what the key of a new one begins with. */
  at: string;
  /** Whose store; absent for the workspace's. */
  customer: string | undefined;
  nonce: string | undefined;
  onClose: () => void;
  /** Told of the entry as it is stored now. */
  onSaved: (entry: StoredEntry) => void;
}

const places: FieldPlaces = {
  fields: { key: "key", body: "value", "Content-Type": "value", expiresIn: "expires", newer: "newer" },
};

const kinds = [
  { value: "json", label: "JSON" },
  { value: "text", label: "Text" },
  { value: "bytes", label: "File" },
] as const;

/** Said at a place of the form: of the key when there is one already; a newer write is shown as a whole, above. */
function refusal(path: "key" | "newer", message: string): ProblemError {
  return new ProblemError({
    kind: "precondition-failed",
    title: "Something else is there",
    detail: "",
    status: 412,
    errors: [{ path, message }],
  });
}

function goneOrFailed(error: unknown): "gone" {
  if (error instanceof ProblemError && error.kind === "not-found") return "gone";
  throw error;
}

/** What the form replaces, and what is there instead when someone else was faster. */
function useBase({ stored, customer }: Pick<ValueFormProps, "stored" | "customer">) {
  const client = useQueryClient();
  const [base, setBase] = useState(stored);
  const [theirs, setTheirs] = useState<HeldValue | "gone" | null>(null);
  const save = async (input: ReadValue): Promise<StoredEntry> => {
    try {
      return await putValue({ ...input, customer, replaces: base?.etag ?? null });
    } catch (error) {
      if (!(error instanceof ProblemError) || error.kind !== "precondition-failed") throw error;
      if (stored === null) throw refusal("key", "has a value already; open it to change it");
      const place = { key: input.key, customer };
      setTheirs(await client.fetchQuery({ ...datastore.value(place), staleTime: 0 }).catch(goneOrFailed));
      throw refusal("newer", error.message);
    }
  };
  const goOn = (from: HeldValue | null) => {
    setBase(from);
    setTheirs(null);
  };
  return { base, theirs, save, goOn };
}

/** The form of a value. What someone else wrote meanwhile is shown, and never overwritten unseen. */
export function ValueForm({ stored, at, customer, nonce, onClose, onSaved }: ValueFormProps) {
  const first = useRef<HTMLInputElement>(null);
  const value = useRef<HTMLElement>(null);
  const holdValue = (part: HTMLElement | null) => {
    value.current = part;
  };
  const [round, setRound] = useState(0);
  const { base, theirs, save, goOn } = useBase({ stored, customer });
  const form = useDraftForm({
    first: () => valueDraftOf(stored, at),
    judge: (draft) => {
      const read = readValueDraft(draft, { stored: base, nowMs: Date.now() });
      return "errors" in read ? read : { send: () => save(read.input) };
    },
    places,
    touches: [datastore.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors, edit } = form;
  const take = (taken: HeldValue) => {
    const { kind, text } = shownValue(taken);
    goOn(taken);
    edit({ kind, text: text ?? "", file: null });
    setRound(round + 1);
  };
  return (
    <FormDialog
      form={form}
      title={stored === null ? "Set value" : `Edit ${at}`}
      confirm={stored === null ? "Set value" : "Save value"}
      busy={stored === null ? "Setting" : "Saving"}
      initialFocus={stored === null ? first : value}
      size="wide"
      onClose={onClose}
    >
      {theirs !== null && (
        <Theirs
          theirs={theirs}
          onTake={take}
          onKeepMine={() => {
            goOn(theirs === "gone" ? null : theirs);
            edit({});
          }}
        />
      )}
      {stored === null && (
        <Field label="Key" help="Any text up to 512 bytes, such as users/42/settings." error={errors["key"]}>
          <Input
            ref={first}
            className="mono"
            value={draft.key}
            placeholder="users/42/settings"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => edit({ key: event.target.value })}
          />
        </Field>
      )}
      <FieldSet label="Value">
        <SegmentedControl
          label="Kind of value"
          options={kinds}
          value={draft.kind}
          onChange={(kind) => edit({ kind })}
        />
        {draft.kind === "json" && (
          <Suspense fallback={<LoadingRows label="Loading the editor" rows={4} height={36} />}>
            <JsonEditor
              key={round}
              label="JSON value"
              ref={holdValue}
              text={draft.text}
              nonce={nonce}
              takesFocus={stored !== null || round > 0}
              error={errors["value"]}
              onChange={(text) => edit({ text })}
            />
          </Suspense>
        )}
        {draft.kind === "text" && (
          <Field label={<span className="vh">Text value</span>} error={errors["value"]}>
            <Textarea
              ref={holdValue}
              className="mono"
              rows={9}
              value={draft.text}
              spellCheck={false}
              onChange={(event) => edit({ text: event.target.value })}
            />
          </Field>
        )}
        {draft.kind === "bytes" && (
          <FileField
            stored={base}
            file={draft.file}
            error={errors["value"]}
            onChange={(file) => edit({ file })}
          />
        )}
      </FieldSet>
      <ExpiryFields draft={draft} stored={base} error={errors["expires"]} onChange={edit} />
    </FormDialog>
  );
}
