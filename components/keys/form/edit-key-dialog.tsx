"use client";
import { type SubmitEvent, useId, useRef, useState } from "react";
import { type TaskProps, useKeyPlace } from "@/components/keys/act/tasks";
import { useKeyChange } from "@/components/keys/act/use-key-change";
import { type DraftErrors, draftOf, type KeyDraft, readKeyChange } from "@/components/keys/form/draft";
import { focusFirstError } from "@/components/keys/form/focus-first-error";
import { KeyFields } from "@/components/keys/form/key-fields";
import { refusalErrors } from "@/components/keys/form/refusal-errors";
import { useKeyChoices } from "@/components/keys/form/use-key-choices";
import { useSide } from "@/components/shell/side";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { toast } from "@/components/ui/overlay/toaster";
import { updateKey } from "@/lib/client/keys";
import type { Key } from "@/lib/keys/schema";

/** Changes a key's name, grant, end, addresses, limits, metadata and labels. Its secrets stay. */
export function EditKeyDialog({ open, onClose, subject }: TaskProps & { subject: Key }) {
  const { mayLimit } = useKeyPlace();
  const isProvider = useSide() === "workspace";
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const name = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<KeyDraft>(() => draftOf(subject));
  const choices = useKeyChoices(subject.customer);
  const [errors, setErrors] = useState<DraftErrors>({});
  const refuse = (found: DraftErrors) => {
    setErrors(found);
    focusFirstError(form);
    return true;
  };
  const change = useKeyChange({
    send: updateKey,
    onDone: (key) => {
      toast({ tone: "done", text: `${key.name} saved. It holds from the next call on.` });
      onClose();
    },
    failed: () => `${subject.name} was not changed.`,
    onRefused: (problem) => refuse(refusalErrors(problem)),
  });
  const edit = (part: Partial<KeyDraft>) => {
    setDraft((was) => ({ ...was, ...part }));
    setErrors((was) => Object.fromEntries(Object.entries(was).filter(([field]) => !(field in part))));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const read = readKeyChange(draft, { nowMs: Date.now(), mayLimit, isProvider, key: subject });
    if ("errors" in read) return void refuse(read.errors);
    if (Object.keys(read.change).length === 0) return onClose();
    change.mutate({ id: subject.id, ...read.change });
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      initialFocus={name}
      title={`Edit ${subject.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={change.isPending && "Saving"}>
            Save key
          </Button>
        </>
      }
    >
      <form id={formId} ref={form} className="key-form" noValidate onSubmit={submit}>
        <KeyFields
          nameRef={name}
          draft={draft}
          onChange={edit}
          errors={errors}
          choices={choices}
          currentExpiry={subject.expiresAt}
        />
      </form>
    </Dialog>
  );
}
