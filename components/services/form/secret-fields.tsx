import type { ReactNode } from "react";
import type { InjectionDraft, ServiceDraft } from "@/components/services/form/draft";
import type { PartProps } from "@/components/services/form/part";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";

const kinds = [
  { value: "none", label: "No secret" },
  { value: "bearer", label: "Authorization: Bearer" },
  { value: "basic", label: "Authorization: Basic" },
  { value: "header", label: "In a header" },
  { value: "query", label: "In the query" },
  { value: "hmac", label: "As an HMAC signature" },
] as const;

/** What stands inside, in a word or two. */
export function secretSaid({ injection }: ServiceDraft): string {
  if (injection.kind === "none") return "none";
  return kinds.find(({ value }) => value === injection.kind)?.label.toLowerCase() ?? "";
}

/** How the secret that the upstream asks for is put in. It is written and never shown. */
export function SecretFields({ draft, errors, edit, isStored }: PartProps & { isStored: boolean }) {
  const { injection } = draft;
  const set = (change: Partial<InjectionDraft>) => edit({ injection: { ...injection, ...change } });
  const text = (label: string, member: "username" | "name" | "prefix" | "timestampHeader", hint: string) => (
    <Field label={label} error={member === "prefix" ? undefined : errors["injection"]}>
      <Input
        className="mono"
        value={injection[member]}
        spellCheck={false}
        autoComplete="off"
        placeholder={hint}
        onChange={(event) => set({ [member]: event.target.value })}
      />
    </Field>
  );
  return (
    <>
      <Field label="It goes" help="In place of what the caller sent there.">
        <Select options={kinds} value={injection.kind} onChange={(kind) => set({ kind })} />
      </Field>
      {injection.kind === "basic" && text("User name", "username", "account")}
      {injection.kind === "header" && text("Header", "name", "X-Auth-Token")}
      {injection.kind === "query" && text("Parameter", "name", "api_key")}
      {injection.kind === "hmac" && <SignatureFields injection={injection} set={set} text={text} />}
      {injection.kind !== "none" && (
        <Field
          label="Secret"
          aside={isStored ? "one is stored" : undefined}
          error={errors["injectionSecret"]}
          help={
            isStored
              ? "Left empty, the stored one stays. It is never shown."
              : "Sealed when it is stored, and never shown again."
          }
        >
          <Input
            type="password"
            value={draft.injectionSecret}
            autoComplete="off"
            onChange={(event) => edit({ injectionSecret: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}

interface SignatureProps {
  injection: InjectionDraft;
  set: (change: Partial<InjectionDraft>) => void;
  text: (label: string, member: "name" | "prefix" | "timestampHeader", hint: string) => ReactNode;
}

function SignatureFields({ injection, set, text }: SignatureProps) {
  return (
    <>
      <div className="two-fields">
        {text("Header", "name", "X-Signature")}
        <Field label="Signs">
          <Select
            options={[
              { value: "request", label: "Method, target, time and body" },
              { value: "body", label: "The body alone" },
            ]}
            value={injection.signs}
            onChange={(signs) => set({ signs })}
          />
        </Field>
      </div>
      <div className="two-fields">
        <Field label="Algorithm">
          <Select
            options={[
              { value: "sha256", label: "HMAC-SHA-256" },
              { value: "sha512", label: "HMAC-SHA-512" },
            ]}
            value={injection.algorithm}
            onChange={(algorithm) => set({ algorithm })}
          />
        </Field>
        <Field label="Written as">
          <Select
            options={[
              { value: "hex", label: "Hexadecimal" },
              { value: "base64", label: "Base64" },
            ]}
            value={injection.encoding}
            onChange={(encoding) => set({ encoding })}
          />
        </Field>
      </div>
      <div className="two-fields">
        {text("Before the signature", "prefix", "sha256=")}
        {text("Time in header", "timestampHeader", "X-Timestamp")}
      </div>
    </>
  );
}
