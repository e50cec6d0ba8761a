"use client";
import type { ReactNode, RefObject } from "react";
import { useKeyPlace } from "@/components/keys/act/tasks";
import { Fold } from "@/components/forms/fold";
import type { DraftErrors, DraftField, KeyDraft } from "@/components/keys/form/draft";
import { ExpiryField } from "@/components/keys/form/expiry-field";
import { LimitFields } from "@/components/keys/form/limit-fields";
import { limitsSaid } from "@/components/keys/form/limits-draft";
import { ScopePicker } from "@/components/keys/form/scope-picker";
import type { KeyFacets } from "@/components/keys/list/facets";
import { Checkbox } from "@/components/ui/form/choice";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input, Textarea } from "@/components/ui/form/input";
import { Note } from "@/components/ui/plate";
import { Shape } from "@/components/ui/words/shapes";

export interface KeyFieldsProps {
  draft: KeyDraft;
  onChange: (change: Partial<KeyDraft>) => void;
  errors: DraftErrors;
  facets: KeyFacets;
  /** End of a key that exists; absent for a new key. */
  currentExpiry?: string | null;
  /** The name, which has the keyboard at opening. */
  nameRef: RefObject<HTMLInputElement | null>;
  /** What only a new key has: environment, customer. */
  children?: ReactNode;
}

/** The fields that a new and a changed key have in common. */
export function KeyFields({
  draft,
  onChange,
  errors,
  facets,
  currentExpiry,
  nameRef,
  children,
}: KeyFieldsProps) {
  const { mayLimit } = useKeyPlace();
  const isWrong = (fields: readonly DraftField[]) => fields.some((field) => errors[field] !== undefined);
  const blocks = draft.allowedIps.split("\n").filter((line) => line.trim() !== "").length;
  return (
    <>
      {errors.form && (
        <div role="alert">
          <Note tone="deny" icon={<Shape name="error" />}>
            {errors.form}
          </Note>
        </div>
      )}
      <Field label="Name" error={errors.name}>
        <Input
          ref={nameRef}
          value={draft.name}
          placeholder="ledger-sync"
          autoComplete="off"
          maxLength={120}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      </Field>
      {children}
      {facets.roles.length > 0 && (
        <FieldSet label="Roles" error={errors.roles}>
          {facets.roles.map((role) => (
            <Checkbox
              key={role}
              checked={draft.roles.includes(role)}
              onChange={() =>
                onChange({
                  roles: draft.roles.includes(role)
                    ? draft.roles.filter((one) => one !== role)
                    : [...draft.roles, role],
                })
              }
            >
              {role}
            </Checkbox>
          ))}
        </FieldSet>
      )}
      <ScopePicker
        chosen={draft.scopes}
        known={facets.scopes}
        error={errors.scopes}
        onChange={(scopes) => onChange({ scopes })}
      />
      <ExpiryField value={draft} current={currentExpiry} error={errors.expiry} onChange={onChange} />
      <Fold
        title="Allowed addresses"
        said={blocks === 0 ? "any" : `${blocks}`}
        isWrong={isWrong(["allowedIps"])}
      >
        <Field
          label="Addresses"
          help="One address or block a line. The key is refused from anywhere else; none means anywhere."
          error={errors.allowedIps}
        >
          <Textarea
            value={draft.allowedIps}
            rows={3}
            spellCheck={false}
            placeholder={"10.4.0.0/16\n203.0.113.24"}
            onChange={(event) => onChange({ allowedIps: event.target.value })}
          />
        </Field>
      </Fold>
      <Fold
        title="Limits"
        said={mayLimit ? limitsSaid(draft) : "set by owners and admins"}
        isWrong={isWrong(["rateLimits", "quotaDay", "quotaMonth"])}
      >
        {mayLimit ? (
          <LimitFields draft={draft} onChange={onChange} errors={errors} />
        ) : (
          <p className="muted">Rate limits and quotas are set by owners and admins.</p>
        )}
      </Fold>
      <Fold
        title="Metadata and labels"
        said={draft.metadata.trim() === "" && draft.labels.trim() === "" ? "none" : "set"}
        isWrong={isWrong(["metadata", "labels"])}
      >
        <Field
          label="Metadata"
          aside="JSON object"
          help="Your own facts about the key. Rules can read them as credential.metadata.*"
          error={errors.metadata}
        >
          <Textarea
            value={draft.metadata}
            rows={4}
            spellCheck={false}
            placeholder={'{ "plan": "pro" }'}
            onChange={(event) => onChange({ metadata: event.target.value })}
          />
        </Field>
        <Field label="Labels" help="Separated by commas; keys are found by them." error={errors.labels}>
          <Input
            value={draft.labels}
            placeholder="batch, eu-west"
            onChange={(event) => onChange({ labels: event.target.value })}
          />
        </Field>
      </Fold>
    </>
  );
}
