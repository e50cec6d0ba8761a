"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import {
  type DraftErrors,
  draftOf,
  errorsOf,
  readChange,
  readNewService,
  type ServiceDraft,
} from "@/components/services/draft";
import { gatewayAddress } from "@/components/services/service-words";
import { suggestSlug } from "@/components/services/slug";
import { Button } from "@/components/ui/button";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Radio } from "@/components/ui/form/choice";
import { Input } from "@/components/ui/form/input";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/plate";
import { ProblemError } from "@/lib/client/problem-error";
import { createService, services, updateService } from "@/lib/client/services";
import type { Service } from "@/lib/services/schema";

export interface ServiceDialogProps {
  /** The service to change; null makes a new one. */
  service: Service | null;
  gateway: string;
  workspace: string;
  onClose: () => void;
  /** Told of the service as it is stored now. */
  onSaved: (service: Service) => void;
}

/** The form of a service. Judged by the API's own schema before it is sent, and by the API itself afterwards. */
export function ServiceDialog({ service, gateway, workspace, onClose, onSaved }: ServiceDialogProps) {
  const form = useId();
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(service));
  const [ownSlug, setOwnSlug] = useState(service !== null);
  const [errors, setErrors] = useState<DraftErrors>({});
  const save = useMutation({
    mutationFn: (send: () => Promise<Service>) => send(),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: services.all });
      onSaved(saved);
    },
    onError: (error) => setErrors(refusals(error)),
  });
  const set = (change: Partial<ServiceDraft>) => {
    const slug = ownSlug || change.name === undefined ? {} : { slug: suggestSlug(change.name) };
    setDraft((was) => ({ ...was, ...slug, ...change }));
    setErrors((was) =>
      Object.fromEntries(Object.entries(was).filter(([name]) => !(name in change) && !(name in slug))),
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (service === null) {
      const read = readNewService(draft);
      if (read.ok) save.mutate(() => createService(read.input));
      else setErrors(read.errors);
      return;
    }
    const read = readChange(draft, service);
    if (!read.ok) return setErrors(read.errors);
    const { change } = read;
    if (change === null) return onClose();
    save.mutate(() => updateService({ id: service.id, ...change }));
  };
  const verb = service === null ? "Create service" : "Save service";
  const untold = save.isError && Object.keys(errors).length === 0 ? save.error.message : null;
  return (
    <Dialog
      open
      onClose={onClose}
      title={service === null ? "Create service" : `Edit ${service.name}`}
      description={
        service === null
          ? "Something that is called through the gateway, judged before it is reached."
          : undefined
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            form={form}
            busy={save.isPending && (service === null ? "Creating" : "Saving")}
          >
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} className="stack" onSubmit={submit} noValidate>
        {untold !== null && <Note tone="deny">{untold}</Note>}
        <Names
          draft={draft}
          errors={errors}
          set={set}
          onOwnSlug={() => setOwnSlug(true)}
          address={gatewayAddress({ gateway, workspace, slug: draft.slug || "…" })}
        />
        <Choices draft={draft} set={set} />
        <Timeouts draft={draft} errors={errors} set={set} />
      </form>
    </Dialog>
  );
}

/** What the API said of the fields; a slug that is taken is said at the slug. */
function refusals(error: unknown): DraftErrors {
  if (!(error instanceof ProblemError)) return {};
  if (error.kind === "conflict") return { slug: error.detail };
  return errorsOf(error.errors);
}

interface PartProps {
  draft: ServiceDraft;
  errors: DraftErrors;
  set: (change: Partial<ServiceDraft>) => void;
}

function Names({
  draft,
  errors,
  set,
  onOwnSlug,
  address,
}: PartProps & { onOwnSlug: () => void; address: string }) {
  const taken = errors.slug?.includes("exists") === true;
  const slugError = taken ? (
    <>
      {errors.slug} <Link href={`/services?q=${draft.slug}`}>Find it</Link>
    </>
  ) : (
    errors.slug
  );
  return (
    <>
      <Field label="Name" error={errors.name}>
        <Input
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
          placeholder="Invoices"
          autoComplete="off"
        />
      </Field>
      <Field label="Slug" error={slugError} help={<code className="breakable">{address}</code>}>
        <Input
          className="mono"
          value={draft.slug}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            onOwnSlug();
            set({ slug: event.target.value });
          }}
        />
      </Field>
      <Field
        label="Upstream"
        error={errors.upstream}
        help="Where calls go: an origin, and a path that is put before theirs."
      >
        <Input
          className="mono"
          inputMode="url"
          value={draft.upstream}
          spellCheck={false}
          autoComplete="off"
          placeholder="https://invoices.internal.example/v1"
          onChange={(event) => set({ upstream: event.target.value })}
        />
      </Field>
    </>
  );
}

interface ChoiceProps<Value extends string> {
  name: string;
  value: Value;
  chosen: Value;
  onChoose: (value: Value) => void;
  title: string;
  children: ReactNode;
}

function Choice<Value extends string>({
  name,
  value,
  chosen,
  onChoose,
  title,
  children,
}: ChoiceProps<Value>) {
  return (
    <Radio name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)}>
      <span className="choice">
        <b>{title}</b>
        <span className="small muted">{children}</span>
      </span>
    </Radio>
  );
}

function Choices({ draft, set }: Omit<PartProps, "errors">) {
  const visibility = {
    name: "visibility",
    chosen: draft.visibility,
    onChoose: (value: Service["visibility"]) => set({ visibility: value }),
  };
  const verdict = {
    name: "default",
    chosen: draft.defaultVerdict,
    onChoose: (value: Service["defaultVerdict"]) => set({ defaultVerdict: value }),
  };
  return (
    <>
      <FieldSet label="Who may ask">
        <Choice {...visibility} value="private" title="Private">
          Callers need a credential. Without one they get 401, before any rule.
        </Choice>
        <Choice {...visibility} value="public" title="Public">
          Callers without a credential are judged by the rules too.
        </Choice>
      </FieldSet>
      <FieldSet label="When no rule matches">
        <Choice {...verdict} value="deny" title="Deny by default">
          A call goes through only when a rule allows it.
        </Choice>
        <Choice {...verdict} value="allow" title="Allow by default">
          Every call goes through unless a rule denies it.
        </Choice>
      </FieldSet>
    </>
  );
}

function Timeouts({ draft, errors, set }: PartProps) {
  return (
    <div className="two-fields">
      <Field label="Connect timeout" aside="ms" error={errors.connectTimeoutMs}>
        <Input
          inputMode="numeric"
          value={draft.connectTimeoutMs}
          onChange={(event) => set({ connectTimeoutMs: event.target.value })}
        />
      </Field>
      <Field label="Answer timeout" aside="ms" error={errors.responseTimeoutMs}>
        <Input
          inputMode="numeric"
          value={draft.responseTimeoutMs}
          onChange={(event) => set({ responseTimeoutMs: event.target.value })}
        />
      </Field>
    </div>
  );
}
