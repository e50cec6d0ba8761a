import type { RefObject } from "react";
import type { FieldErrors } from "@/components/forms/field-errors";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";

interface Described {
  name: string;
  description: string;
}

export interface NameAndDescriptionProps {
  /** How a new thing's name is asked for, with an example; null where it has one, which stays. */
  name: { help: string; example: string } | null;
  description: { label: string; example: string };
  draft: Described;
  errors: FieldErrors;
  /** Whichever field comes first. */
  first: RefObject<HTMLInputElement | null>;
  onChange: (change: Partial<Described>) => void;
}

/** The fields of something whose name is its id, and cannot change. */
export function NameAndDescription(props: NameAndDescriptionProps) {
  const { name, description, draft, errors, first, onChange } = props;
  return (
    <>
      {name !== null && (
        <Field label="Name" help={name.help} error={errors["name"]}>
          <Input
            ref={first}
            className="mono"
            value={draft.name}
            placeholder={name.example}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange({ name: event.target.value })}
          />
        </Field>
      )}
      <Field label={description.label} error={errors["description"]}>
        <Input
          ref={name === null ? first : undefined}
          value={draft.description}
          placeholder={description.example}
          autoComplete="off"
          onChange={(event) => onChange({ description: event.target.value })}
        />
      </Field>
    </>
  );
}
