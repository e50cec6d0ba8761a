"use client";
import { type ReactNode, useId } from "react";

export interface PresetsProps<Value extends string> {
  /** Each choice and what it leads to: "24 h", "Sat 18:19". */
  options: readonly { value: Value; label: string; leadsTo: ReactNode }[];
  value: Value;
  onChange: (value: Value) => void;
  name?: string;
}

/** A few durations, each with the date it leads to. Put it in a `FieldSet`. */
export function Presets<Value extends string>({ options, value, onChange, name }: PresetsProps<Value>) {
  const group = useId();
  return (
    <div className="presets">
      {options.map((option) => (
        <label key={option.value} className="preset">
          <input
            className="vh"
            type="radio"
            name={name ?? group}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <b>{option.label}</b>
          <span>{option.leadsTo}</span>
        </label>
      ))}
    </div>
  );
}
