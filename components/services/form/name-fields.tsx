import Link from "next/link";
import type { RefObject } from "react";
import type { PartProps } from "@/components/services/form/part";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";

/** What it is called, where it is reached, and where it leads. */
export function NameFields({
  draft,
  errors,
  edit,
  name,
  address,
}: PartProps & { name: RefObject<HTMLInputElement | null>; address: string }) {
  const slugError = errors["slug"]?.includes("exists") ? (
    <>
      {errors["slug"]} <Link href={`/services?q=${draft.slug}`}>Find it</Link>
    </>
  ) : (
    errors["slug"]
  );
  return (
    <>
      <Field label="Name" error={errors["name"]}>
        <Input
          ref={name}
          value={draft.name}
          onChange={(event) => edit({ name: event.target.value })}
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
          onChange={(event) => edit({ slug: event.target.value })}
        />
      </Field>
      <Field
        label="Upstream"
        error={errors["upstream"]}
        help="Where calls go: an origin, and a path that is put before theirs."
      >
        <Input
          className="mono"
          inputMode="url"
          value={draft.upstream}
          spellCheck={false}
          autoComplete="off"
          placeholder="https://invoices.internal.example/v1"
          onChange={(event) => edit({ upstream: event.target.value })}
        />
      </Field>
    </>
  );
}
