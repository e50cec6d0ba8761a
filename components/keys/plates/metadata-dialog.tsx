"use client";
import { lazy, Suspense, useRef } from "react";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { FormDialog } from "@/components/forms/form-dialog";
import { isSameJson, readJson } from "@/components/forms/json-text";
import { type ReadDraft, sending, useDraftForm } from "@/components/forms/use-draft-form";
import { LoadingRows } from "@/components/states/states";
import { toast } from "@/components/ui/overlay/toaster";
import { audit } from "@/lib/client/records/decisions";
import { keys, updateKey } from "@/lib/client/keys";
import { UpdateKey } from "@/lib/keys/changes/schema";
import type { Key } from "@/lib/keys/schema";

const JsonEditor = lazy(async () => ({
  default: (await import("@/components/forms/json-editor")).JsonEditor,
}));

export interface MetadataDialogProps {
  subject: Key;
  /** Of the page's Content-Security-Policy, for the editor's style sheet. */
  nonce: string | undefined;
  onClose: () => void;
}

const places: FieldPlaces = { fields: { metadata: "metadata" } };

function read(text: string, subject: Key): ReadDraft<UpdateKey> {
  const json = readJson(text);
  if ("error" in json) return { errors: { metadata: json.error } };
  const parsed = UpdateKey.safeParse({ metadata: json.value });
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues, places) };
  return { input: isSameJson(parsed.data.metadata, subject.metadata) ? null : parsed.data };
}

/** The key's metadata as JSON. */
export function MetadataDialog({ subject, nonce, onClose }: MetadataDialogProps) {
  const editor = useRef<HTMLDivElement>(null);
  const isEmpty = Object.keys(subject.metadata).length === 0;
  const form = useDraftForm({
    first: () => ({ metadata: isEmpty ? "{\n  \n}" : JSON.stringify(subject.metadata, null, 2) }),
    judge: (draft) =>
      sending(read(draft.metadata, subject), (change) => updateKey({ ...change, id: subject.id })),
    places,
    touches: [keys.all, audit.all],
    onDone: (saved) => {
      if (saved !== null)
        toast({ text: `${subject.name}: metadata saved. Rules see it from the next call on.` });
      onClose();
    },
  });
  return (
    <FormDialog
      form={form}
      title={`Metadata of ${subject.name}`}
      description="Your own facts about the key: a JSON object of at most 16 KiB. Rules read it as credential.metadata."
      confirm="Save metadata"
      busy="Saving"
      initialFocus={editor}
      size="wide"
      onClose={onClose}
    >
      <Suspense fallback={<LoadingRows label="Loading the editor" rows={4} height={36} />}>
        <JsonEditor
          label="Metadata"
          ref={editor}
          text={form.draft.metadata}
          nonce={nonce}
          error={form.errors["metadata"]}
          onChange={(metadata) => form.edit({ metadata })}
        />
      </Suspense>
    </FormDialog>
  );
}
