"use client";
import { useRef, useState } from "react";
import { capabilityWords } from "@/components/customers/capability-words";
import { fieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { FormDialog } from "@/components/forms/form-dialog";
import { type ReadDraft, sending, useDraftForm } from "@/components/forms/use-draft-form";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Checkbox } from "@/components/ui/form/choice";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/plate";
import { createPortalSession, customers } from "@/lib/client/customers";
import type { Customer } from "@/lib/customers/schema";
import { Capability, CreatePortalSession, type NewPortalSession } from "@/lib/portal-sessions/schema";

interface SessionDraft {
  subject: string;
  capabilities: readonly Capability[];
  expiresInSeconds: "900" | "3600" | "28800" | "86400";
}

const places: FieldPlaces = {
  fields: { subject: "subject", capabilities: "capabilities", expiresInSeconds: "expiresInSeconds" },
};

const lives = [
  { value: "900", label: "15 min" },
  { value: "3600", label: "1 h" },
  { value: "28800", label: "8 h" },
  { value: "86400", label: "1 d" },
] as const;

function read(draft: SessionDraft, customer: Customer): ReadDraft<CreatePortalSession> {
  const parsed = CreatePortalSession.safeParse({
    customer: customer.id,
    capabilities: draft.capabilities,
    subject: draft.subject.trim() === "" ? null : draft.subject,
    expiresInSeconds: Number(draft.expiresInSeconds),
  });
  return parsed.success ? { input: parsed.data } : { errors: fieldErrors(parsed.error.issues, places) };
}

/** Opens a portal session and shows its code once; usually a backend does this. */
export function OpenSession({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const subject = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState<NewPortalSession | null>(null);
  const form = useDraftForm({
    first: (): SessionDraft => ({
      subject: "",
      capabilities: ["keys:read", "usage:read"],
      expiresInSeconds: "3600",
    }),
    judge: (draft) =>
      sending(read(draft, customer), (input, idempotencyKey) =>
        createPortalSession({ ...input, idempotencyKey }),
      ),
    places,
    touches: [customers.sessions(customer.id).queryKey],
    onDone: setOpened,
  });
  const { draft, errors, edit } = form;
  if (opened !== null) return <Code opened={opened} onClose={onClose} />;
  const toggle = (one: Capability) =>
    edit({
      capabilities: draft.capabilities.includes(one)
        ? draft.capabilities.filter((held) => held !== one)
        : [...draft.capabilities, one],
    });
  return (
    <FormDialog
      form={form}
      title="Open portal session"
      description={`For someone of ${customer.name}, in your own app. Your backend does the same by POST /portal-sessions.`}
      confirm="Open session"
      busy="Opening"
      initialFocus={subject}
      onClose={onClose}
    >
      <Field label="Who is it" help="For the audit trail; may be left empty." error={errors["subject"]}>
        <Input
          ref={subject}
          value={draft.subject}
          placeholder="ada@northwind.example"
          autoComplete="off"
          onChange={(event) => edit({ subject: event.target.value })}
        />
      </Field>
      <FieldSet
        label="Capabilities"
        aside={`${draft.capabilities.length} chosen`}
        error={errors["capabilities"]}
      >
        <div className="pair tight">
          {Capability.options.map((one) => (
            <Checkbox key={one} checked={draft.capabilities.includes(one)} onChange={() => toggle(one)}>
              {capabilityWords[one]}
            </Checkbox>
          ))}
        </div>
      </FieldSet>
      <Field label="Token lives" aside="from the exchange on" error={errors["expiresInSeconds"]}>
        <Select
          options={lives}
          value={draft.expiresInSeconds}
          onChange={(expiresInSeconds) => edit({ expiresInSeconds })}
        />
      </Field>
    </FormDialog>
  );
}

function Code({ opened, onClose }: { opened: NewPortalSession; onClose: () => void }) {
  const code = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Portal session opened"
      initialFocus={code}
      footer={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="grid gap-4">
        <Note tone="limited">
          This code is shown once. It can be exchanged once, within 15 min, for the session&apos;s token.
        </Note>
        <Field label="Code">
          <Input
            ref={code}
            className="mono"
            value={opened.code}
            readOnly
            after={<CopyButton text={opened.code} label="Copy code" />}
          />
        </Field>
      </div>
    </Dialog>
  );
}
