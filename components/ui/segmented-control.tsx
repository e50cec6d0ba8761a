"use client";
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
  return (
    <div className={clsx("seg", large && "lg")} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => option.value !== value && onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
