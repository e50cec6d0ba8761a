"use client";
import { useEffect, useRef, useState } from "react";
import { useShortcut } from "@/components/shell/shortcuts";
import { SearchInput } from "@/components/ui/form/input";

const afterTypingMs = 200;

export interface ListSearchProps {
  /** Accessible name: "Search customers". */
  label: string;
  placeholder: string;
  /** What the address says. */
  q: string;
  onSearch: (q: string) => void;
}

/** A list's search field: what is typed now, sent on when typing rests, and what the address says when that changes. `/` goes there. */
export function ListSearch({ label, placeholder, q, onSearch }: ListSearchProps) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [typed, setTyped] = useState({ text: q, base: q });
  useShortcut("/", () => field.current?.focus());
  useEffect(() => () => clearTimeout(timer.current), []);
  const text = typed.base === q || typed.text.trim() === q.trim() ? typed.text : q;
  const type = (next: string) => {
    setTyped({ text: next, base: q });
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next.trim()), afterTypingMs);
  };
  return (
    <SearchInput
      ref={field}
      label={label}
      hint="/"
      placeholder={placeholder}
      value={text}
      maxLength={200}
      onChange={(event) => type(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
