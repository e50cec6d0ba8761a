import type { ServiceDraft } from "@/components/services/form/draft";
import { OpenapiImport } from "@/components/services/form/openapi-import";
import type { PartProps } from "@/components/services/form/part";
import { scopeLines } from "@/components/services/form/scope-lines";
import { Checkbox } from "@/components/ui/form/choice";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/input";
import { methods } from "@/lib/rules/catalogue";

/** What stands inside, in a word or two. */
export function callsSaid({ methods: taken, requiredScopes }: ServiceDraft): string {
  const lines = requiredScopes.split("\n").filter((line) => line.trim() !== "").length;
  const scopes =
    lines === 0 ? "no scopes required" : `scopes for ${lines} ${lines === 1 ? "route" : "routes"}`;
  return `${taken.length === 0 ? "every method" : taken.join(", ")}, ${scopes}`;
}

/** Which methods it takes, and which scopes its routes need before any rule is asked. `serviceId` is null for a new one. */
export function CallsFields({ draft, errors, edit, serviceId }: PartProps & { serviceId: string | null }) {
  const taken = (method: (typeof methods)[number]) =>
    draft.methods.includes(method)
      ? draft.methods.filter((one) => one !== method)
      : methods.filter((one) => one === method || draft.methods.includes(one));
  return (
    <>
      <FieldSet label="Methods" aside="none ticked is all" error={errors["methods"]}>
        <div className="choice-line wrap">
          {methods.map((method) => (
            <Checkbox
              key={method}
              checked={draft.methods.includes(method)}
              onChange={() => edit({ methods: taken(method) })}
            >
              <code>{method}</code>
            </Checkbox>
          ))}
        </div>
      </FieldSet>
      <Field
        label="Required scopes"
        aside="one route a line"
        error={errors["requiredScopes"]}
        help="Methods, a route as in rules, then the scopes that its calls need. They are judged before the rules."
      >
        <Textarea
          className="mono"
          rows={4}
          value={draft.requiredScopes}
          spellCheck={false}
          placeholder={"GET /v1/invoices/** read:invoices\nPOST,PUT /v1/invoices/{id?} write:invoices"}
          onChange={(event) => edit({ requiredScopes: event.target.value })}
        />
      </Field>
      {serviceId !== null && (
        <OpenapiImport
          serviceId={serviceId}
          onUse={(required) => edit({ requiredScopes: scopeLines(required) })}
        />
      )}
    </>
  );
}
