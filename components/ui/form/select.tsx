"use client";
import { Select as Base } from "@base-ui/react/select";
import { clsx } from "clsx";
import { Check, ChevronDown } from "lucide-react";
import { useFieldProps } from "@/components/ui/form/field";
import { Icon } from "@/components/ui/icon";

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  /** Faint words at the right end. */
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

/** One of many. Inside a `Field` it is labelled and described by it. */
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
  const pick = (next: Value | null) => {
    if (next !== null) onChange(next);
  };
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={pick}
      disabled={disabled}
      name={name}
     
    >
      <Base.Trigger
        {...field}
        aria-label={label}
        className={clsx("input select", sizes[size], field["aria-invalid"] && "bad", disabled && "off")}
      >
        <Base.Value className="trunc grow" placeholder={placeholder} />
        <Icon of={ChevronDown} small />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="float-place" sideOffset={4} align="start" alignItemWithTrigger={false}>
          <Base.Popup className="menu select">
            <Base.List>
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} disabled={option.disabled} className="mi">
                  <Base.ItemText className="grow">{option.label}</Base.ItemText>
                  {option.note && <span className="mi-end">{option.note}</span>}
                  <Base.ItemIndicator>
                    <Icon of={Check} small />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
