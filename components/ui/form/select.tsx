"use client";
import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { useFieldProps } from "@/components/ui/form/field";
import { Icon } from "@/components/ui/icon";

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  /** Said after the label. */
  note?: string | undefined;
  disabled?: boolean | undefined;
}

export interface SelectProps<Value extends string> {
  options: readonly SelectOption<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  placeholder?: string;
  size?: 28 | 32 | 40;
  disabled?: boolean;
  /** Accessible name where no `Field` is around it. */
  label?: string;
  name?: string;
}

const sizes = { 28: "sm", 32: "", 40: "lg" } as const;

/** One of many, with the list the system gives. Inside a `Field` it is labelled and described by it. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const {
    options,
    value,
    onChange,
    placeholder = "Choose",
    size = 32,
    disabled = false,
    label,
    name,
  } = props;
  const field = useFieldProps();
  const pick = (chosen: string) => {
    const option = options.find((one) => one.value === chosen);
    if (option) onChange(option.value);
  };
  return (
    <div className={clsx("input select", sizes[size], field["aria-invalid"] && "bad", disabled && "off")}>
      <select
        {...field}
        name={name}
        aria-label={label}
        disabled={disabled}
        value={value ?? ""}
        onChange={(event) => pick(event.target.value)}
      >
        {value === null && (
          <option value="" disabled>
            {placeholder}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.note ? `${option.label}, ${option.note}` : option.label}
          </option>
        ))}
      </select>
      <Icon of={ChevronDown} small />
    </div>
  );
}
