import type { ServiceDraft } from "@/components/services/form/draft";
import type { PartProps } from "@/components/services/form/part";
import { Switch } from "@/components/ui/form/choice";
import { Field } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";

const dialects = [
  { value: "nginx", label: "nginx" },
  { value: "caddy", label: "Caddy" },
  { value: "traefik", label: "Traefik" },
] as const;

/** What stands inside, in a word or two. */
export function forwardAuthSaid({ forwardAuth, dialect }: ServiceDraft): string {
  return forwardAuth ? (dialects.find(({ value }) => value === dialect)?.label ?? "") : "off";
}

/** Whether a proxy of yours may ask for verdicts, and whose word it is taken for. */
export function ForwardAuthFields({ draft, errors, edit }: PartProps) {
  return (
    <>
      <Switch checked={draft.forwardAuth} onChange={(event) => edit({ forwardAuth: event.target.checked })}>
        A proxy of ours asks before it lets a call through
      </Switch>
      {draft.forwardAuth && (
        <>
          <Field
            label="It speaks as"
            help="Whose headers tell method, address and path of the original call."
          >
            <Select options={dialects} value={draft.dialect} onChange={(dialect) => edit({ dialect })} />
          </Field>
          <Field
            label="Networks it asks from"
            aside="optional"
            error={errors["callers"]}
            help="Its headers are believed from there. From elsewhere it shows a key of its own with verify:keys."
          >
            <Textarea
              className="mono"
              rows={2}
              value={draft.callers}
              spellCheck={false}
              placeholder={"10.0.0.0/8"}
              onChange={(event) => edit({ callers: event.target.value })}
            />
          </Field>
        </>
      )}
    </>
  );
}
