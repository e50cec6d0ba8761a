"use client";
import { Toggle } from "@base-ui/react/toggle";
import { ToggleGroup } from "@base-ui/react/toggle-group";
import { clsx } from "clsx";
import type { ReactNode } from "react";

export interface SegmentedControlProps<Value extends string> {
  /** What is chosen here, such as "Range". */
  label: string;
  options: readonly { value: Value; label: ReactNode }[];
  value: Value;
  onChange: (value: Value) => void;
  large?: boolean;
}

/** Two to five short choices of which one always holds. */
export function SegmentedControl<Value extends string>(props: SegmentedControlProps<Value>) {
  const { label, options, value, onChange, large = false } = props;
  const choose = (chosen: Value[]) => {
    const [next] = chosen;
    if (next !== undefined) onChange(next);
  };
  return (
    <ToggleGroup
      className={clsx("seg", large && "lg")}
      aria-label={label}
      value={[value]}
      onValueChange={choose}
    >
      {options.map((option) => (
        <Toggle key={option.value} value={option.value}>
          {option.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
