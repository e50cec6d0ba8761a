import type { ServiceDraft } from "@/components/services/form/draft";
import type { PartProps } from "@/components/services/form/part";
import { Checkbox } from "@/components/ui/form/choice";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";

/** What stands inside, in a word or two. */
export function pathsSaid({ stripPrefix, addPrefix, caseSensitive, trailingSlash }: ServiceDraft): string {
  const parts = [
    ...(stripPrefix === "" ? [] : [`without ${stripPrefix}`]),
    ...(addPrefix === "" ? [] : [`behind ${addPrefix}`]),
    ...(caseSensitive ? [] : ["any case"]),
    ...(trailingSlash === "strict" ? ["no slash at the end"] : []),
  ];
  return parts.length === 0 ? "forwarded as they are" : parts.join(", ");
}

/** How its paths are read, and what the upstream gets of them. */
export function PathFields({ draft, errors, edit }: PartProps) {
  return (
    <>
      <div className="two-fields">
        <Field
          label="Take off"
          aside="optional"
          error={errors["stripPrefix"]}
          help="A path without it is not found."
        >
          <Input
            className="mono"
            value={draft.stripPrefix}
            spellCheck={false}
            autoComplete="off"
            placeholder="/public"
            onChange={(event) => edit({ stripPrefix: event.target.value })}
          />
        </Field>
        <Field
          label="Put in front"
          aside="optional"
          error={errors["addPrefix"]}
          help="Deny rules judge both forms."
        >
          <Input
            className="mono"
            value={draft.addPrefix}
            spellCheck={false}
            autoComplete="off"
            placeholder="/v2"
            onChange={(event) => edit({ addPrefix: event.target.value })}
          />
        </Field>
      </div>
      <Checkbox
        checked={!draft.caseSensitive}
        onChange={(event) => edit({ caseSensitive: !event.target.checked })}
      >
        The upstream takes /Admin for /admin, so rules do too
      </Checkbox>
      <Checkbox
        checked={draft.trailingSlash === "strict"}
        onChange={(event) => edit({ trailingSlash: event.target.checked ? "strict" : "ignore" })}
      >
        Refuse paths that end in a slash
      </Checkbox>
    </>
  );
}
