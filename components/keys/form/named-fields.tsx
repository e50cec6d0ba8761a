"use client";
import { Checkbox } from "@/components/ui/form/choice";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";

interface Named {
  name: string;
  description: string;
}

export interface RolesFieldProps {
  roles: readonly Named[];
  chosen: readonly string[];
  error?: string | undefined;
  onChange: (roles: string[]) => void;
}

/** Roles with what each is for; nothing where there is none. */
export function RolesField({ roles, chosen, error, onChange }: RolesFieldProps) {
  if (roles.length === 0) return null;
  return (
    <FieldSet label="Roles" aside={chosen.length === 0 ? "none" : `${chosen.length} chosen`} error={error}>
      <div className="role-choices">
        {roles.map(({ name, description }) => (
          <Checkbox
            key={name}
            checked={chosen.includes(name)}
            onChange={() =>
              onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name])
            }
          >
            {name} {description !== "" && <span className="small muted">{description}</span>}
          </Checkbox>
        ))}
      </div>
    </FieldSet>
  );
}

const none = "";

export interface PlanFieldProps {
  plans: readonly Named[];
  /** Name, or empty for its customer's, if that has one. */
  value: string;
  error?: string | undefined;
  onChange: (plan: string) => void;
}

/** A plan by name; typed where there is no list of them. */
export function PlanField({ plans, value, error, onChange }: PlanFieldProps) {
  const help = "Each key has the plan's limits and quotas for itself.";
  if (plans.length === 0)
    return (
      <Field label="Plan" help={help} error={error}>
        <Input
          value={value}
          placeholder="Its customer's"
          maxLength={40}
          onChange={(event) => onChange(event.target.value)}
        />
      </Field>
    );
  const known = plans.some(({ name }) => name === value) || value === none;
  return (
    <Field label="Plan" help={help} error={error}>
      <Select
        options={[
          { value: none, label: "Its customer's", note: "or none" },
          ...plans.map(({ name, description }) => ({ value: name, label: name, note: description })),
          ...(known ? [] : [{ value, label: value }]),
        ]}
        value={value}
        onChange={onChange}
      />
    </Field>
  );
}
