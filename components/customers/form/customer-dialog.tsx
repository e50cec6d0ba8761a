"use client";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import {
  customerDraftOf,
  customerPlaces,
  readCustomerChange,
  readNewCustomer,
} from "@/components/customers/form/customer-draft";
import { Fold } from "@/components/forms/fold";
import { FormDialog } from "@/components/forms/form-dialog";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import { LimitFields } from "@/components/keys/form/limit-fields";
import { limitsSaid } from "@/components/keys/form/limits-draft";
import { ScopePicker } from "@/components/keys/form/scope-picker";
import { useOwnScopes } from "@/components/roles/use-own-scopes";
import { usePermission } from "@/components/shell/permissions";
import { Field } from "@/components/ui/form/field";
import { Input, Textarea } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { createCustomer, customers, updateCustomer } from "@/lib/client/customers";
import { plans } from "@/lib/client/plans";
import type { Customer } from "@/lib/customers/schema";

export interface CustomerDialogProps {
  /** The customer to change; null adds one. */
  customer: Customer | null;
  onClose: () => void;
  /** Told of the customer as it is stored now. */
  onSaved: (customer: Customer) => void;
}

/** The form of a customer. */
export function CustomerDialog({ customer, onClose, onSaved }: CustomerDialogProps) {
  const name = useRef<HTMLInputElement>(null);
  const own = useOwnScopes();
  const form = useDraftForm({
    first: () => customerDraftOf(customer),
    judge: (draft) =>
      customer === null
        ? sending(readNewCustomer(draft), (input, idempotencyKey) =>
            createCustomer({ ...input, idempotencyKey }),
          )
        : sending(readCustomerChange(draft, customer), (change) =>
            updateCustomer({ ...change, id: customer.id }),
          ),
    places: customerPlaces,
    touches: [customers.all, plans.all, ["shell-facts"]],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors, edit } = form;
  const isWrong = (...fields: string[]) => fields.some((field) => errors[field] !== undefined);
  return (
    <FormDialog
      form={form}
      title={customer === null ? "Add customer" : `Edit ${customer.name}`}
      description={
        customer === null ? "Keys are handed to it afterwards." : "It holds from the next call on."
      }
      confirm={customer === null ? "Add customer" : "Save customer"}
      busy={customer === null ? "Adding" : "Saving"}
      initialFocus={name}
      onClose={onClose}
    >
      <Field label="Name" error={errors["name"]}>
        <Input
          ref={name}
          value={draft.name}
          placeholder="Northwind"
          autoComplete="off"
          onChange={(event) => edit({ name: event.target.value })}
        />
      </Field>
      <Field
        label="External id"
        help="Your own id of it. API calls may name it by either id."
        error={errors["externalId"]}
      >
        <Input
          className="mono"
          value={draft.externalId}
          placeholder="org_42"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => edit({ externalId: event.target.value })}
        />
      </Field>
      <div className="pair">
        <PlanField value={draft.plan} error={errors["plan"]} onChange={(plan) => edit({ plan })} />
        <Field label="Most keys" aside="not revoked" error={errors["keyCountMax"]}>
          <Input
            inputMode="numeric"
            placeholder="Any number"
            value={draft.keyCountMax}
            onChange={(event) => edit({ keyCountMax: event.target.value })}
          />
        </Field>
      </div>
      <ScopePicker
        label="Scope ceiling"
        none="none: its keys may do what needs no scope"
        help="What its keys may hold at most. *:* is all of your own API and none of Latchkey's."
        chosen={draft.scopeCeiling}
        known={["*:*", ...own.names]}
        meanings={new Map([["*:*", "Everything of your own API"], ...own.meanings])}
        error={errors["scopeCeiling"]}
        onChange={(scopeCeiling) => edit({ scopeCeiling })}
      />
      <Fold
        title="Shared limits"
        said={limitsSaid(draft)}
        isWrong={isWrong("rateLimits", "quotaDay", "quotaMonth")}
      >
        <p className="small muted">All its keys together; beside what its plan gives each key for itself.</p>
        <LimitFields draft={draft} onChange={edit} errors={errors} />
      </Fold>
      <Fold
        title="Metadata"
        said={draft.metadata.trim() === "" ? "none" : "set"}
        isWrong={isWrong("metadata")}
      >
        <Field
          label="Metadata"
          aside="JSON object"
          help="Your own facts about it, at most 16 KiB."
          error={errors["metadata"]}
        >
          <Textarea
            value={draft.metadata}
            rows={5}
            spellCheck={false}
            placeholder={'{ "region": "eu-west" }'}
            onChange={(event) => edit({ metadata: event.target.value })}
          />
        </Field>
      </Fold>
    </FormDialog>
  );
}

const none = "";

/** A plan by name; where plans may not be read, the name is typed. */
function PlanField({
  value,
  error,
  onChange,
}: {
  value: string;
  error: string | undefined;
  onChange: (plan: string) => void;
}) {
  const mayRead = usePermission("read:plans").allowed;
  const { data } = useQuery({ ...plans.list({ limit: 100 }), enabled: mayRead });
  const known = data?.items.map((plan) => plan.name) ?? [];
  const options = [...new Set([...known, ...(value === none ? [] : [value])])];
  return (
    <Field label="Plan" aside="of its keys" error={error}>
      <Select
        options={[
          { value: none, label: "None", note: "unlimited" },
          ...options.map((name) => ({ value: name, label: name })),
        ]}
        value={value}
        onChange={onChange}
      />
    </Field>
  );
}
