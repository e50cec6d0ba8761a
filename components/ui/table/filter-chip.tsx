"use client";
import { ChevronDown, X } from "lucide-react";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/overlay/menu";

export interface FilterChipProps {
  /** What it filters by, such as "Status". */
  label: string;
  options: readonly { value: string; label: string }[];
  /** What holds now, or null. */
  value: string | null;
  onChange: (value: string | null) => void;
}

/** A filter: dashed while it is off, tinted with its value and a cross while it is on. */
export function FilterChip({ label, options, value, onChange }: FilterChipProps) {
  const chosen = options.find((option) => option.value === value);
  const entries = options.map((option) => ({
    label: option.label,
    chosen: option.value === value,
    onSelect: () => onChange(option.value === value ? null : option.value),
  }));
  if (value === null) {
    const trigger = (
      <button type="button" className="chip">
        {label}
        <Icon of={ChevronDown} small />
      </button>
    );
    return <Menu trigger={trigger} entries={entries} align="start" />;
  }
  const trigger = (
    <button type="button">
      {label} <b>{chosen?.label ?? value}</b>
    </button>
  );
  return (
    <span className="chip on">
      <Menu trigger={trigger} entries={entries} align="start" />
      <button
        type="button"
        className="chip-clear"
        aria-label={`Clear ${label}`}
        onClick={() => onChange(null)}
      >
        <Icon of={X} small />
      </button>
    </span>
  );
}
