"use client";
import { createContext, type ReactNode, useContext, useId } from "react";
import { Shape } from "@/components/ui/words/shapes";

interface FieldLink {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const FieldContext = createContext<FieldLink | undefined>(undefined);

/** Attributes that tie a control to the `Field` around it; nothing outside one. */
export function useFieldProps() {
  const field = useContext(FieldContext);
  if (!field) return {};
  return {
    id: field.id,
    "aria-describedby": field.describedBy,
    "aria-invalid": field.invalid ? true : undefined,
  };
}

export interface FieldProps {
  label: ReactNode;
  /** Faint words at the right end of the label line: a count, a date it leads to. */
  aside?: ReactNode;
  help?: ReactNode;
  /** What is wrong, in words. Takes the help's place. */
  error?: ReactNode;
  /** One control of this folder. */
  children: ReactNode;
}

/** A control with its label, and its help or error tied to it. */
export function Field({ label, aside, help, error, children }: FieldProps) {
  const id = useId();
  const messageId = `${id}-message`;
  const message = error ?? help;
  return (
    <div className="field">
      <div className="label">
        <label htmlFor={id}>{label}</label>
        {aside !== undefined && <small>{aside}</small>}
      </div>
      <FieldContext value={{ id, describedBy: message ? messageId : undefined, invalid: Boolean(error) }}>
        {children}
      </FieldContext>
      {message && (
        <p id={messageId} className={error ? "help bad" : "help"}>
          {error && <Shape name="error" />}
          <span>{message}</span>
        </p>
      )}
    </div>
  );
}

/** The same around a group of choices (presets, radios, checkboxes). */
export function FieldSet({ label, aside, help, error, children }: FieldProps) {
  const messageId = useId();
  const message = error ?? help;
  return (
    <fieldset className="field" aria-describedby={message ? messageId : undefined}>
      <legend className="label">
        {label}
        {aside !== undefined && <small>{aside}</small>}
      </legend>
      {children}
      {message && (
        <p id={messageId} className={error ? "help bad" : "help"}>
          {error && <Shape name="error" />}
          <span>{message}</span>
        </p>
      )}
    </fieldset>
  );
}
