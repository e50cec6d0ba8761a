"use client";
import type { ReactNode, RefObject } from "react";
import { useKeyPlace } from "@/components/keys/act/tasks";
import { Fold } from "@/components/forms/fold";
import type { DraftErrors, DraftField, KeyDraft } from "@/components/keys/form/draft";
import { ExpiryField } from "@/components/keys/form/expiry-field";
import { LimitFields } from "@/components/keys/form/limit-fields";
import { limitsSaid } from "@/components/keys/form/limits-draft";
import { PlanField, RolesField } from "@/components/keys/form/named-fields";
import { ScopePicker } from "@/components/keys/form/scope-picker";
import type { KeyChoices } from "@/components/keys/form/use-key-choices";
import { useSide } from "@/components/shell/side";
import { Field } from "@/components/ui/form/field";
import { Input, Textarea } from "@/components/ui/form/input";
import { Note } from "@/components/ui/plate";
import { Shape } from "@/components/ui/words/shapes";

export interface KeyFieldsProps {
  draft: KeyDraft;
  onChange: (change: Partial<KeyDraft>) => void;
  errors: DraftErrors;
  choices: KeyChoices;
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
  choices,
  currentExpiry,
  nameRef,
  children,
}: KeyFieldsProps) {
  const { mayLimit } = useKeyPlace();
  const isWrong = (fields: readonly DraftField[]) => fields.some((field) => errors[field] !== undefined);
  const isProvider = useSide() === "workspace";
  const [addresses, origins] = [countLines(draft.allowedIps), countLines(draft.allowedOrigins)];
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
      <RolesField
        roles={choices.roles}
        chosen={draft.roles}
        error={errors.roles}
        onChange={(roles) => onChange({ roles })}
      />
      <ScopePicker
        chosen={draft.scopes}
        known={choices.scopes}
        meanings={choices.meanings}
        ceiling={choices.ceiling}
        error={errors.scopes}
        onChange={(scopes) => onChange({ scopes })}
      />
      <ExpiryField value={draft} current={currentExpiry} error={errors.expiry} onChange={onChange} />
      <Fold
        title="Addresses and origins"
        said={addresses + origins === 0 ? "any" : `${addresses + origins}`}
        isWrong={isWrong(["allowedIps", "allowedOrigins"])}
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
        <Field
          label="Origins"
          help="One origin a line. Pages of other origins are refused, by what browsers say; programs can say anything."
          error={errors.allowedOrigins}
        >
          <Textarea
            value={draft.allowedOrigins}
            rows={2}
            spellCheck={false}
            placeholder="https://app.example.com"
            onChange={(event) => onChange({ allowedOrigins: event.target.value })}
          />
        </Field>
      </Fold>
      <Fold
        title="Plan and limits"
        said={mayLimit ? limitsTold(draft) : "set by owners and admins"}
        isWrong={isWrong(["plan", "rateLimits", "quotaDay", "quotaMonth"])}
      >
        {mayLimit ? (
          <>
            <PlanField
              plans={choices.plans}
              value={draft.plan}
              error={errors.plan}
              onChange={(plan) => onChange({ plan })}
            />
            <LimitFields draft={draft} onChange={onChange} errors={errors} />
            <p className="small muted">
              A limit takes the place of the plan&apos;s of the same name, a quota of the plan&apos;s of the
              same period. What a customer&apos;s keys share holds as well.
            </p>
          </>
        ) : (
          <p className="muted">Rate limits and quotas are set by owners and admins.</p>
        )}
      </Fold>
      <Fold
        title={isProvider ? "Metadata and labels" : "Labels"}
        said={`${draft.metadata}${draft.labels}${draft.externalId}`.trim() === "" ? "none" : "set"}
        isWrong={isWrong(["metadata", "labels", "externalId"])}
      >
        {isProvider && <Described draft={draft} onChange={onChange} errors={errors} />}
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

function countLines(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "").length;
}

function limitsTold(draft: KeyDraft): string {
  if (draft.plan === "") return limitsSaid(draft);
  const own = limitsSaid(draft);
  return own === "unlimited" ? draft.plan : `${draft.plan}, ${own}`;
}

/** What only the provider writes about a key. */
function Described({ draft, onChange, errors }: Pick<KeyFieldsProps, "draft" | "onChange" | "errors">) {
  return (
    <>
      <Field
        label="Metadata"
        aside="JSON object"
        help="Your own facts about the key. Rules can read them as credential.metadata"
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
      <Field label="External id" help="Your own id of the key, to find it by." error={errors.externalId}>
        <Input
          className="mono"
          value={draft.externalId}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ externalId: event.target.value })}
        />
      </Field>
    </>
  );
}
