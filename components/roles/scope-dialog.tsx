"use client";
import { useRef } from "react";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { FormDialog } from "@/components/forms/form-dialog";
import { NameAndDescription } from "@/components/forms/name-and-description";
import { type ReadDraft, sending, useDraftForm } from "@/components/forms/use-draft-form";
import { defineScope, scopes, updateScope } from "@/lib/client/people/scopes";
import { DefineScope, type ScopeEntry, UpdateScope } from "@/lib/scopes/schema";

export interface ScopeDialogProps {
  /** The scope to describe anew; null defines one. */
  scope: ScopeEntry | null;
  onClose: () => void;
  onSaved: (scope: ScopeEntry) => void;
}

interface ScopeDraft {
  name: string;
  description: string;
}

const places: FieldPlaces = { fields: { name: "name", description: "description" }, conflict: "name" };

function readNew(draft: ScopeDraft): ReadDraft<DefineScope> {
  const parsed = DefineScope.safeParse(draft);
  return parsed.success ? { input: parsed.data } : { errors: fieldErrors(parsed.error.issues, places) };
}

function readChange({ description }: ScopeDraft, scope: ScopeEntry): ReadDraft<UpdateScope> {
  const parsed = UpdateScope.safeParse({ description });
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues, places) };
  return { input: parsed.data.description === scope.description ? null : parsed.data };
}

/** The form of a scope. Its name is what keys hold, so it stays. */
export function ScopeDialog({ scope, onClose, onSaved }: ScopeDialogProps) {
  const first = useRef<HTMLInputElement>(null);
  const form = useDraftForm({
    first: (): ScopeDraft => ({ name: scope?.name ?? "", description: scope?.description ?? "" }),
    judge: (draft) =>
      scope === null
        ? sending(readNew(draft), (input, idempotencyKey) => defineScope({ ...input, idempotencyKey }))
        : sending(readChange(draft, scope), (change) => updateScope({ ...change, name: scope.name })),
    places,
    touches: [scopes.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors, edit } = form;
  return (
    <FormDialog
      form={form}
      title={scope === null ? "Define scope" : `Describe ${scope.name}`}
      confirm={scope === null ? "Define scope" : "Save scope"}
      busy={scope === null ? "Defining" : "Saving"}
      initialFocus={first}
      size="narrow"
      onClose={onClose}
    >
      <NameAndDescription
        name={
          scope === null ? { help: "verb:resource. It cannot change later.", example: "read:invoices" } : null
        }
        description={{ label: "Holding it means", example: "See invoices and their lines" }}
        draft={draft}
        errors={errors}
        first={first}
        onChange={edit}
      />
    </FormDialog>
  );
}
