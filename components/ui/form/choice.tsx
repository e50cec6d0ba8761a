"use client";
import { clsx } from "clsx";
import type { ComponentPropsWithRef, ReactNode } from "react";

interface ChoiceProps extends Omit<ComponentPropsWithRef<"input">, "type" | "ref" | "children"> {
  /** Words beside the box; leave out in a table and give `aria-label`. */
  children?: ReactNode;
}

export interface CheckboxProps extends ChoiceProps {
  /** Some of what it stands for is chosen. */
  mixed?: boolean;
}

function Labelled({
  children,
  disabled,
  control,
}: {
  children: ReactNode;
  disabled: boolean | undefined;
  control: ReactNode;
}) {
  if (children === undefined) return control;
  return (
    <label className={clsx("row", disabled && "faint")}>
      {control}
      {children}
    </label>
  );
}

/** A box: chosen, not, or mixed. */
export function Checkbox({ children, mixed = false, className, ...rest }: CheckboxProps) {
  const setMixed = (input: HTMLInputElement | null) => {
    if (input) input.indeterminate = mixed;
  };
  return (
    <Labelled
      disabled={rest.disabled}
      control={<input {...rest} ref={setMixed} type="checkbox" className={clsx("check", className)} />}
    >
      {children}
    </Labelled>
  );
}

/** One of several; give all of a group the same `name`. */
export function Radio({ children, className, ...rest }: ChoiceProps) {
  return (
    <Labelled
      disabled={rest.disabled}
      control={<input {...rest} type="radio" className={clsx("check radio", className)} />}
    >
      {children}
    </Labelled>
  );
}

/** A bolt in its keep: on or off, at once. */
export function Switch({ children, className, ...rest }: ChoiceProps) {
  return (
    <Labelled
      disabled={rest.disabled}
      control={<input {...rest} type="checkbox" role="switch" className={clsx("switch", className)} />}
    >
      {children}
    </Labelled>
  );
}
