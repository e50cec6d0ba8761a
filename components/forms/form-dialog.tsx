"use client";
import { type FormEvent, type ReactNode, type RefObject, useId } from "react";
import { RefusalNote } from "@/components/forms/refusal-note";
import type { FieldErrors } from "@/components/forms/field-errors";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/overlay/dialog";

export interface FormDialogProps {
  /** What `useDraftForm` answers. */
  form: {
    form: RefObject<HTMLFormElement | null>;
    errors: FieldErrors;
    busy: boolean;
    submit: (event: FormEvent) => void;
  };
  title: string;
  description?: ReactNode;
  /** The verb of the title again: "Create role". */
  confirm: string;
  /** The word while it runs: "Creating". */
  busy: string;
  /** What has the keyboard at opening. */
  initialFocus: RefObject<HTMLElement | null>;
  size?: "narrow" | "normal" | "wide";
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog. What was refused as a whole is said above its fields. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, confirm, busy, initialFocus, size = "normal", onClose, children } = props;
  const { form, errors, busy: isBusy, submit } = props.form;
  const id = useId();
  const refusal = errors["form"];
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      size={size}
      initialFocus={initialFocus}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={id} busy={isBusy && busy}>
            {confirm}
          </Button>
        </>
      }
    >
      <form id={id} ref={form} className="key-form" noValidate onSubmit={submit}>
        <RefusalNote error={refusal === undefined ? null : { message: refusal }} />
        {children}
      </form>
    </Dialog>
  );
}
