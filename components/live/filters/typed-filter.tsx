"use client";
import { useRef, useState } from "react";
import { useShortcut } from "@/components/shell/shortcuts";
import { SearchInput } from "@/components/ui/form/input";

export interface TypedFilterProps {
  /** Accessible name: "Search messages". */
  label: string;
  placeholder: string;
  maxLength: number;
  /** What the address says. */
  text: string;
  /** Told what was typed, when Enter is pressed or the field left; answers what stays in the field. */
  onApply: (typed: string) => string;
}

/** A field whose text narrows when it is done, not while it is typed. `/` goes there. */
export function TypedFilter({ label, placeholder, maxLength, text, onApply }: TypedFilterProps) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState({ text, base: text });
  useShortcut("/", () => field.current?.focus());
  // When the address says something else than when it was typed, the address holds.
  const shown = typed.base === text ? typed.text : text;
  const apply = () => {
    if (shown.trim() !== text) setTyped({ text: onApply(shown.trim()), base: text });
  };
  return (
    <SearchInput
      ref={field}
      label={label}
      hint="/"
      placeholder={placeholder}
      maxLength={maxLength}
      value={shown}
      onChange={(event) => setTyped({ text: event.target.value, base: text })}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
      onBlur={apply}
    />
  );
}
