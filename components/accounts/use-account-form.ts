"use client";
import { useState, type FormEvent } from "react";
import type { z } from "zod";
import { asSentence } from "@/lib/accounts/format";
import { ProblemError } from "@/lib/client/request/problem-error";

/** What a form shows: words per field, words for the whole, and whether it is on its way. */
export interface AccountForm {
  errors: Readonly<Record<string, string>>;
  failure: string | null;
  busy: boolean;
  submit: (event: FormEvent<HTMLFormElement>) => void;
}

type Refusals = readonly { path: string; message: string }[];

/**
 * Reads a form by the API's own schema, sends it, and puts every refusal beside its field (named like the schema's).
 * `send` throws a {@link ProblemError}, or answers words for one field. What was typed stays.
 */
export function useAccountForm<Schema extends z.ZodType>(
  schema: Schema,
  {
    extra = {},
    send,
  }: { extra?: Record<string, unknown>; send: (value: z.output<Schema>) => Promise<Refusals | undefined> },
): AccountForm {
  const [shown, setShown] = useState<Pick<AccountForm, "errors" | "failure">>({ errors: {}, failure: null });
  const [busy, setBusy] = useState(false);
  const refuse = (form: HTMLFormElement, refusals: Refusals) => {
    const errors: Record<string, string> = {};
    for (const { path, message } of refusals) errors[path] ??= asSentence(message);
    setShown({ errors, failure: null });
    const first = [...form.elements].find(
      (element) => element instanceof HTMLInputElement && element.name in errors,
    );
    if (first instanceof HTMLInputElement) first.focus();
  };
  const run = async (form: HTMLFormElement) => {
    const given = schema.safeParse({ ...Object.fromEntries(new FormData(form)), ...extra });
    if (!given.success)
      return refuse(
        form,
        given.error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
      );
    setBusy(true);
    try {
      const refusals = await send(given.data);
      if (refusals) refuse(form, refusals);
      else setShown({ errors: {}, failure: null });
    } catch (error) {
      if (error instanceof ProblemError && error.errors.length > 0) refuse(form, error.errors);
      else
        setShown({
          errors: {},
          failure: error instanceof Error ? error.message : "Something failed here. Try again.",
        });
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) void run(event.currentTarget);
  };
  return { ...shown, busy, submit };
}
