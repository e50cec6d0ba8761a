"use client";
import { lazy, Suspense, useRef } from "react";
import { metadataText } from "@/components/customers/customer-draft";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { FormDialog } from "@/components/forms/form-dialog";
import { isSameJson, readJson } from "@/components/forms/json-text";
import { type ReadDraft, sending, useDraftForm } from "@/components/forms/use-draft-form";
import { LoadingRows } from "@/components/states/states";
import { customers, updateCustomer } from "@/lib/client/customers";
import { type Customer, UpdateCustomer } from "@/lib/customers/schema";

const JsonEditor = lazy(async () => ({
  default: (await import("@/components/forms/json-editor")).JsonEditor,
}));

export interface MetadataDialogProps {
  customer: Customer;
  nonce: string | undefined;
  onClose: () => void;
  onSaved: () => void;
}

const places: FieldPlaces = { fields: { metadata: "metadata" } };

function read(text: string, customer: Customer): ReadDraft<UpdateCustomer> {
  const json = readJson(text);
  if ("error" in json) return { errors: { metadata: json.error } };
  const parsed = UpdateCustomer.safeParse({ metadata: json.value });
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues, places) };
  return { input: isSameJson(parsed.data.metadata, customer.metadata) ? null : parsed.data };
}

/** The customer's metadata as JSON. */
export function MetadataDialog({ customer, nonce, onClose, onSaved }: MetadataDialogProps) {
  const editor = useRef<HTMLDivElement>(null);
  const form = useDraftForm({
    first: () => ({ metadata: metadataText(customer.metadata) || "{\n  \n}" }),
    judge: (draft) =>
      sending(read(draft.metadata, customer), (change) => updateCustomer({ ...change, id: customer.id })),
    places,
    touches: [customers.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved()),
  });
  return (
    <FormDialog
      form={form}
      title={`Metadata of ${customer.name}`}
      description="Your own facts about it: a JSON object of at most 16 KiB."
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
