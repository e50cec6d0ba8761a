"use client";
import { useQuery } from "@tanstack/react-query";
import { Fold } from "@/components/forms/fold";
import { type CallErrors, type TrialCall, trialOf } from "@/components/rules/draft/trial";
import { Field } from "@/components/ui/form/field";
import { Input, Textarea } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { keys } from "@/lib/client/keys";
import { methods } from "@/lib/rules/catalogue";

const none = "none";
const imagined = "imagined";

export interface CallFormProps {
  call: TrialCall;
  /** Slugs. */
  services: readonly string[];
  /** Parts of a recorded call of which nothing is known. */
  notKept: readonly string[];
  onChange: (change: Partial<TrialCall>) => void;
}

/** A call to be judged: what and by whom at once, the rest of it folded. */
export function CallForm({ call, services, notKept, onChange }: CallFormProps) {
  const keyList = useQuery({ ...keys.list({ limit: 100, sort: "name" }), staleTime: 60_000 });
  const trial = trialOf(call, null);
  const errors: CallErrors = trial.ok ? {} : trial.errors;
  const change = (credential: string) => {
    if (credential === imagined) onChange({ credential: null, imagined: call.imagined ?? firstAttributes });
    else onChange({ credential: credential === none ? null : credential, imagined: null });
  };
  return (
    <div className="sim">
      <div className="sim-form">
        <Select
          label="Method"
          size={28}
          options={methods.map((value) => ({ value, label: value }))}
          value={call.method}
          onChange={(method) => onChange({ method })}
        />
        <Input
          className="mono"
          size={28}
          aria-label="Path"
          aria-invalid={errors.path === undefined ? undefined : true}
          value={call.path}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ path: event.target.value })}
        />
        <Select
          label="Service"
          size={28}
          options={services.map((slug) => ({ value: slug, label: slug }))}
          value={call.service === "" ? null : call.service}
          onChange={(slug) => onChange({ service: slug })}
        />
        <Select
          label="Credential"
          size={28}
          options={[
            { value: none, label: "no credential" },
            { value: imagined, label: "attributes of my own" },
            ...(keyList.data?.items ?? []).map(({ id, name, environment }) => ({
              value: id,
              label: name,
              note: environment,
            })),
          ]}
          value={call.imagined === null ? (call.credential ?? none) : imagined}
          onChange={change}
        />
      </div>
      {call.imagined !== null && (
        <Field
          label="Attributes of the credential"
          help="environment, scopes, roles, customer, metadata; token for the claims of a JWT"
          error={errors.imagined}
        >
          <Textarea
            className="mono"
            rows={4}
            spellCheck={false}
            value={call.imagined}
            onChange={(event) => onChange({ imagined: event.target.value })}
          />
        </Field>
      )}
      <CallParts call={call} errors={errors} notKept={notKept} onChange={onChange} />
    </div>
  );
}

const firstAttributes = '{\n  "environment": "live",\n  "scopes": []\n}';

function CallParts({
  call,
  errors,
  notKept,
  onChange,
}: Pick<CallFormProps, "call" | "notKept" | "onChange"> & { errors: CallErrors }) {
  const lost = notKept.filter((part) => part === "headers" || part === "query" || part === "body");
  const isWrong = errors.headers !== undefined || errors.query !== undefined || errors.body !== undefined;
  return (
    <div className="folds sim-parts">
      <Fold title="Headers, query, body, address" said={saidOf(call, lost)} isWrong={isWrong}>
        {lost.length > 0 && (
          <p className="small t-limited">Not kept of the recorded call: {lost.join(", ")}.</p>
        )}
        <Field label="Headers" aside="name: value, a line each" error={errors.headers}>
          <Textarea
            className="mono"
            rows={2}
            spellCheck={false}
            placeholder="content-type: application/json"
            value={call.headers}
            onChange={(event) => onChange({ headers: event.target.value })}
          />
        </Field>
        <Field label="Query" aside="name=value, a line each" error={errors.query}>
          <Textarea
            className="mono"
            rows={1}
            spellCheck={false}
            placeholder="dry_run=true"
            value={call.query}
            onChange={(event) => onChange({ query: event.target.value })}
          />
        </Field>
        <Field label="Body" aside="JSON" error={errors.body}>
          <Textarea
            className="mono"
            rows={3}
            spellCheck={false}
            placeholder='{ "amount": 10 }'
            value={call.body}
            onChange={(event) => onChange({ body: event.target.value })}
          />
        </Field>
        <Field label="Address" aside="of the client">
          <Input
            className="mono"
            spellCheck={false}
            placeholder="203.0.113.24"
            value={call.ip}
            onChange={(event) => onChange({ ip: event.target.value })}
          />
        </Field>
      </Fold>
    </div>
  );
}

function saidOf({ headers, query, body, ip }: TrialCall, lost: readonly string[]): string {
  const lines = (text: string) => text.split("\n").filter((line) => line.trim() !== "").length;
  const counted = (count: number, one: string) => (count === 1 ? `1 ${one}` : `${count} ${one}s`);
  const said = [
    lines(headers) > 0 && counted(lines(headers), "header"),
    lines(query) > 0 && counted(lines(query), "parameter"),
    body.trim() !== "" && "a body",
    ip.trim() !== "" && ip.trim(),
    lost.length > 0 && `${lost.join(", ")} not kept`,
  ].filter((part) => part !== false);
  return said.length === 0 ? "none" : said.join(", ");
}
