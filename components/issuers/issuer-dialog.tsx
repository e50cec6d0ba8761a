"use client";
import { lazy, Suspense, useId, useRef } from "react";
import { Fold } from "@/components/forms/fold";
import { FormDialog } from "@/components/forms/form-dialog";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import {
  type IssuerDraft,
  issuerDraftOf,
  issuerPlaces,
  readIssuerChange,
  readNewIssuer,
} from "@/components/issuers/issuer-draft";
import { LimitFields } from "@/components/keys/form/limit-fields";
import { limitsSaid } from "@/components/keys/form/limits-draft";
import { LoadingRows } from "@/components/states/states";
import { Checkbox, Radio } from "@/components/ui/form/choice";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input, Textarea } from "@/components/ui/form/input";
import { createIssuer, issuers, updateIssuer } from "@/lib/client/issuers";
import { tokenAlgorithms } from "@/lib/issuers/format";
import type { Issuer } from "@/lib/issuers/schema";

const JsonEditor = lazy(async () => ({
  default: (await import("@/components/forms/json-editor")).JsonEditor,
}));

export interface IssuerDialogProps {
  /** The issuer to change; null registers one. */
  issuer: Issuer | null;
  /** The page's Content-Security-Policy nonce, for the JSON editor's own style sheet. */
  nonce: string | undefined;
  onClose: () => void;
  /** Told of the issuer as it is stored now. */
  onSaved: (issuer: Issuer) => void;
}

/** The form of an issuer. Its `iss` stays, since subjects, limits and usage belong to it. */
export function IssuerDialog({ issuer, nonce, onClose, onSaved }: IssuerDialogProps) {
  const name = useRef<HTMLInputElement>(null);
  const form = useDraftForm({
    first: () => issuerDraftOf(issuer),
    judge: (draft) =>
      issuer === null
        ? sending(readNewIssuer(draft), (input, idempotencyKey) => createIssuer({ ...input, idempotencyKey }))
        : sending(readIssuerChange(draft, issuer), (change) => updateIssuer({ ...change, id: issuer.id })),
    places: issuerPlaces,
    touches: [issuers.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors, edit } = form;
  const limitsWrong = ["rateLimits", "quotaDay", "quotaMonth"].some((field) => errors[field] !== undefined);
  return (
    <FormDialog
      form={form}
      title={issuer === null ? "Register issuer" : `Edit ${issuer.name}`}
      description={
        issuer === null
          ? "Its JWTs become credentials at the gateway."
          : "Tokens that were judged before are judged again."
      }
      confirm={issuer === null ? "Register issuer" : "Save issuer"}
      busy={issuer === null ? "Registering" : "Saving"}
      initialFocus={name}
      onClose={onClose}
    >
      <Field label="Name" help="Decisions show it." error={errors["name"]}>
        <Input
          ref={name}
          value={draft.name}
          placeholder="Acme ID"
          autoComplete="off"
          onChange={(event) => edit({ name: event.target.value })}
        />
      </Field>
      {issuer === null && (
        <Field
          label="Issuer"
          aside="iss"
          help="The iss claim, character by character. It cannot change later."
          error={errors["issuer"]}
        >
          <Input
            className="mono"
            value={draft.issuer}
            placeholder="https://id.acme.example"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => edit({ issuer: event.target.value })}
          />
        </Field>
      )}
      <Field
        label="Audiences"
        aside="one a line"
        help="A token's aud must hold one of these."
        error={errors["audiences"]}
      >
        <Textarea
          value={draft.audiences}
          rows={2}
          spellCheck={false}
          placeholder="https://api.acme.example"
          onChange={(event) => edit({ audiences: event.target.value })}
        />
      </Field>
      <KeySource draft={draft} edit={edit} errors={errors} nonce={nonce} />
      <Algorithms draft={draft} edit={edit} error={errors["algorithms"]} />
      <Field
        label="Scopes claim"
        help="Which claim holds the caller's scopes; empty grants none. Latchkey's own scopes in it count for nothing."
        error={errors["scopesClaim"]}
      >
        <Input
          className="mono"
          value={draft.scopesClaim}
          placeholder="scope"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => edit({ scopesClaim: event.target.value })}
        />
      </Field>
      <Fold title="Limits of each subject" said={limitsSaid(draft)} isWrong={limitsWrong}>
        <LimitFields draft={draft} onChange={edit} errors={errors} />
      </Fold>
    </FormDialog>
  );
}

interface PartProps {
  draft: IssuerDraft;
  edit: (part: Partial<IssuerDraft>) => void;
}

function KeySource({
  draft,
  edit,
  errors,
  nonce,
}: PartProps & { errors: Readonly<Record<string, string>>; nonce: string | undefined }) {
  const group = useId();
  return (
    <>
      <FieldSet label="Keys">
        <div className="choice-line">
          <Radio
            name={group}
            checked={draft.source === "url"}
            onChange={() => edit({ source: "url", jwks: draft.jwks })}
          >
            Read from an address
          </Radio>
          <Radio name={group} checked={draft.source === "pasted"} onChange={() => edit({ source: "pasted" })}>
            Pasted here
          </Radio>
        </div>
      </FieldSet>
      {draft.source === "url" ? (
        <Field
          label="JWKS address"
          help="https. Read again when an unknown key id comes, and when it is old; redirects are not followed."
          error={errors["jwksUrl"]}
        >
          <Input
            className="mono"
            value={draft.jwksUrl}
            placeholder="https://id.acme.example/.well-known/jwks.json"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => edit({ jwksUrl: event.target.value })}
          />
        </Field>
      ) : (
        <div className="field">
          <div className="label">
            JWK set
            <small>public keys only</small>
          </div>
          <Suspense fallback={<LoadingRows label="Loading the editor" rows={3} height={36} />}>
            <JsonEditor
              label="JWK set"
              text={draft.jwks}
              nonce={nonce}
              error={errors["jwks"]}
              onChange={(jwks) => edit({ jwks })}
            />
          </Suspense>
        </div>
      )}
    </>
  );
}

function Algorithms({ draft, edit, error }: PartProps & { error: string | undefined }) {
  const toggle = (one: IssuerDraft["algorithms"][number]) =>
    edit({
      algorithms: draft.algorithms.includes(one)
        ? draft.algorithms.filter((held) => held !== one)
        : [...draft.algorithms, one],
    });
  return (
    <FieldSet label="Algorithms" aside="others are refused; none and HS* always" error={error}>
      <div className="algorithms">
        {tokenAlgorithms.map((one) => (
          <Checkbox key={one} checked={draft.algorithms.includes(one)} onChange={() => toggle(one)}>
            <code>{one}</code>
          </Checkbox>
        ))}
      </div>
    </FieldSet>
  );
}
