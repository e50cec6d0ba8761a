"use client";
import { clsx } from "clsx";
import { Search } from "lucide-react";
import type { ComponentPropsWithRef, ReactNode } from "react";
import { useFieldProps } from "@/components/ui/form/field";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";

const sizes = { 28: "sm", 32: "", 40: "lg" } as const;

export interface InputProps extends Omit<ComponentPropsWithRef<"input">, "size" | "prefix"> {
  /** Height in px. */
  size?: 28 | 32 | 40 | undefined;
  /** `<Icon/>` or chips before the text. */
  before?: ReactNode;
  /** Anything after the text: a cap, a lock, a button. */
  after?: ReactNode;
  /** Class of the box around the input. */
  boxClassName?: string | undefined;
}

/** A line of text. Inside a `Field` it is labelled and described by it. */
export function Input({ size = 32, before, after, boxClassName, disabled, ...rest }: InputProps) {
  const field = useFieldProps();
  const invalid = field["aria-invalid"] || rest["aria-invalid"];
  return (
    <div className={clsx("input", sizes[size], invalid && "bad", disabled && "off", boxClassName)}>
      {before}
      <input {...field} {...rest} disabled={disabled} />
      {after}
    </div>
  );
}

export interface SearchInputProps extends Omit<InputProps, "before" | "after" | "aria-label" | "type"> {
  /** Accessible name, such as "Search keys". */
  label: string;
  /** Shortcut cap; the page listens for it. */
  hint?: string | undefined;
}

/** Search in a toolbar: 28 px and 296 px wide, the whole width on a phone. */
export function SearchInput({ label, hint, size = 28, ...rest }: SearchInputProps) {
  return (
    <Input
      {...rest}
      size={size}
      type="search"
      aria-label={label}
      boxClassName="grow-input"
      before={<Icon of={Search} />}
      after={hint && <Kbd>{hint}</Kbd>}
    />
  );
}

/** Several lines of text. */
export function Textarea({ className, disabled, ...rest }: ComponentPropsWithRef<"textarea">) {
  const field = useFieldProps();
  return (
    <textarea
      rows={4}
      {...field}
      {...rest}
      disabled={disabled}
      className={clsx("input tall", field["aria-invalid"] && "bad", disabled && "off", className)}
    />
  );
}
