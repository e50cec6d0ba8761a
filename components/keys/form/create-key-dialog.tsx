"use client";
import { type SubmitEvent, useId, useRef, useState } from "react";
import { newIdempotencyKey } from "@/components/keys/act/idempotency-key";
import { type TaskProps, useKeyPlace, useKeyTask } from "@/components/keys/act/tasks";
import { useKeyChange } from "@/components/keys/act/use-key-change";
import { type DraftErrors, emptyDraft, type KeyDraft, readNewKey } from "@/components/keys/form/draft";
import { focusFirstError } from "@/components/keys/form/focus-first-error";
import { KeyFields } from "@/components/keys/form/key-fields";
import { refusalErrors } from "@/components/keys/form/refusal-errors";
import { useKeyChoices } from "@/components/keys/form/use-key-choices";
import { useSide } from "@/components/shell/side";
import { Button } from "@/components/ui/button";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Radio } from "@/components/ui/form/choice";
import { Select } from "@/components/ui/form/select";
import { Dialog } from "@/components/ui/overlay/dialog";
import { createKey } from "@/lib/client/keys";

const own = "";

/** Makes a key, then shows its secret once. `customer` is the id of whose it is to begin with. */
export function CreateKeyDialog({ open, onClose, customer }: TaskProps & { customer: string | null }) {
  const start = useKeyTask();
  const { mayLimit, workspace } = useKeyPlace();
  const isProvider = useSide() === "workspace";
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const name = useRef<HTMLInputElement>(null);
  const [idempotencyKey, renew] = useState(newIdempotencyKey);
  const [draft, setDraft] = useState<KeyDraft>({ ...emptyDraft, customer });
  const choices = useKeyChoices(draft.customer);
  const [errors, setErrors] = useState<DraftErrors>({});
  const change = useKeyChange({
    send: createKey,
    onDone: (issued) => start({ kind: "reveal", issued, because: "created" }),
    failed: ({ name }) => `${name} was not created.`,
    onRefused: (problem) => {
      renew(newIdempotencyKey());
      return refuse(refusalErrors(problem));
    },
  });
  const refuse = (found: DraftErrors) => {
    setErrors(found);
    focusFirstError(form);
    return true;
  };
  const edit = (part: Partial<KeyDraft>) => {
    setDraft((was) => ({ ...was, ...part }));
    setErrors((was) => Object.fromEntries(Object.entries(was).filter(([field]) => !(field in part))));
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const read = readNewKey(draft, { nowMs: Date.now(), mayLimit, isProvider });
    if ("errors" in read) return void refuse(read.errors);
    change.mutate({ ...read.input, idempotencyKey });
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      initialFocus={name}
      title="Create key"
      description="Its secret is shown once, right after."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={change.isPending && "Creating"}>
            Create key
          </Button>
        </>
      }
    >
      <form id={formId} ref={form} className="key-form" noValidate onSubmit={submit}>
        <KeyFields nameRef={name} draft={draft} onChange={edit} errors={errors} choices={choices}>
          <div className={choices.customers.length > 0 ? "pair" : undefined}>
            <FieldSet
              label="Environment"
              aside={draft.environment === "live" ? "a live key is brass" : "a test key is nickel"}
            >
              <div className="choice-line">
                {(["live", "test"] as const).map((environment) => (
                  <Radio
                    key={environment}
                    name={`${formId}-environment`}
                    checked={draft.environment === environment}
                    onChange={() => edit({ environment })}
                  >
                    {environment === "live" ? "Live" : "Test"}
                  </Radio>
                ))}
              </div>
            </FieldSet>
            {choices.customers.length > 0 && (
              <Field label="Customer" error={errors.customer}>
                <Select
                  options={[
                    { value: own, label: workspace, note: "your own" },
                    ...choices.customers.map(({ id, name }) => ({ value: id, label: name })),
                  ]}
                  value={draft.customer ?? own}
                  onChange={(customer) => edit({ customer: customer === own ? null : customer })}
                />
              </Field>
            )}
          </div>
        </KeyFields>
      </form>
    </Dialog>
  );
}
