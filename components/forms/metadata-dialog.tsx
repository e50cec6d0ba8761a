"use client";
import type { QueryKey } from "@tanstack/react-query";
import { lazy, Suspense, useRef } from "react";
import { z } from "zod";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { FormDialog } from "@/components/forms/form-dialog";
import { isSameJson, readJson } from "@/components/forms/json-text";
import { type ReadDraft, sending, useDraftForm } from "@/components/forms/use-draft-form";
import { LoadingRows } from "@/components/states/states";
import { Metadata } from "@/lib/keys/schema";

const JsonEditor = lazy(async () => ({
  default: (await import("@/components/forms/json-editor")).JsonEditor,
}));

type Facts = z.output<typeof Metadata>;

export interface MetadataDialogProps {
  /** Name of what they are about. */
  name: string;
  /** What they are for. */
  description: string;
  metadata: Facts;
  /** Of the page's Content-Security-Policy, for the editor's style sheet. */
  nonce: string | undefined;
  save: (metadata: Facts) => Promise<unknown>;
  /** What is read again afterwards. */
  touches: readonly QueryKey[];
  onClose: () => void;
  onSaved: () => void;
}

const Written = z.object({ metadata: Metadata });
const places: FieldPlaces = { fields: { metadata: "metadata" } };

function read(text: string, before: Facts): ReadDraft<Facts> {
  const json = readJson(text);
  if ("error" in json) return { errors: { metadata: json.error } };
  const parsed = Written.safeParse({ metadata: json.value });
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues, places) };
  const { metadata } = parsed.data;
  return { input: isSameJson(metadata, before) ? null : metadata };
}

/** Someone's own facts about a thing, as JSON. */
export function MetadataDialog(props: MetadataDialogProps) {
  const { name, description, metadata: before, nonce, save, touches, onClose, onSaved } = props;
  const editor = useRef<HTMLDivElement>(null);
  const isEmpty = Object.keys(before).length === 0;
  const form = useDraftForm({
    first: () => ({ metadata: isEmpty ? "{\n  \n}" : JSON.stringify(before, null, 2) }),
    judge: ({ metadata }) => sending(read(metadata, before), save),
    places,
    touches,
    onDone: (saved) => (saved === null ? onClose() : onSaved()),
  });
  return (
    <FormDialog
      form={form}
      title={`Metadata of ${name}`}
      description={description}
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
