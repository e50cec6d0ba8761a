"use client";
import { useRef } from "react";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { FormDialog } from "@/components/forms/form-dialog";
import { type ReadDraft, sending, useDraftForm } from "@/components/forms/use-draft-form";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
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
      {scope === null && (
        <Field label="Name" help="verb:resource. It cannot change later." error={errors["name"]}>
          <Input
            ref={first}
            className="mono"
            value={draft.name}
            placeholder="read:invoices"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => edit({ name: event.target.value })}
          />
        </Field>
      )}
      <Field label="Holding it means" error={errors["description"]}>
        <Input
          ref={scope === null ? undefined : first}
          value={draft.description}
          placeholder="See invoices and their lines"
          autoComplete="off"
          onChange={(event) => edit({ description: event.target.value })}
        />
      </Field>
    </FormDialog>
  );
}
