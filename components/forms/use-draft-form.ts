"use client";
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { fieldErrors, type FieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { newIdempotencyKey } from "@/components/keys/act/idempotency-key";
import { focusFirstError } from "@/components/keys/form/focus-first-error";
import { ProblemError } from "@/lib/client/request/problem-error";

/** What a draft says to the API: null when nothing was changed. */
export type ReadDraft<Input> = { input: Input | null } | { errors: FieldErrors };

/** A draft that may be sent (null when nothing was changed), or what is wrong with it. */
export type Judged<Answer> =
  { send: ((idempotencyKey: string) => Promise<Answer>) | null } | { errors: FieldErrors };

/** How what was read is sent. A repeated try after a lost answer has the same `idempotencyKey`. */
export function sending<Input, Answer>(
  read: ReadDraft<Input>,
  send: (input: Input, idempotencyKey: string) => Promise<Answer>,
): Judged<Answer> {
  if ("errors" in read) return read;
  const { input } = read;
  return { send: input === null ? null : (idempotencyKey) => send(input, idempotencyKey) };
}

export interface DraftFormOptions<Draft, Answer> {
  first: () => Draft;
  /** Judges the draft by the API's own schema; see {@link sending}. */
  judge: (draft: Draft) => Judged<Answer>;
  /** Where the API's refusals are shown. */
  places: FieldPlaces;
  /** What is read again afterwards. */
  touches: readonly QueryKey[];
  /** Told what is stored now, or null when there was nothing to send. */
  onDone: (answer: Answer | null) => void;
}

/** A form whose fields are a draft: judged before it is sent, and by the API itself; what was typed stays when it is refused. */
export function useDraftForm<Draft extends object, Answer>(options: DraftFormOptions<Draft, Answer>) {
  const { first, judge, places, touches, onDone } = options;
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [idempotencyKey, renew] = useState(newIdempotencyKey);
  const [draft, setDraft] = useState(first);
  const [errors, setErrors] = useState<FieldErrors>({});
  const refuse = (found: FieldErrors) => {
    setErrors(found);
    focusFirstError(form);
  };
  const save = useMutation({
    mutationFn: (send: (idempotencyKey: string) => Promise<Answer>) => send(idempotencyKey),
    onSuccess: (answer) => {
      for (const queryKey of touches) void client.invalidateQueries({ queryKey });
      onDone(answer);
    },
    onError: (error) => {
      if (!(error instanceof ProblemError)) return refuse({ form: error.message });
      if (error.status !== 0) renew(newIdempotencyKey());
      refuse(refusalErrors(error, places));
    },
  });
  return {
    form,
    draft,
    errors,
    busy: save.isPending,
    edit: (part: Partial<Draft>) => {
      renew(newIdempotencyKey());
      setDraft((was) => ({ ...was, ...part }));
      setErrors((was) =>
        Object.fromEntries(Object.entries(was).filter(([field]) => !(field in part) && field !== "form")),
      );
    },
    submit: (event: FormEvent) => {
      event.preventDefault();
      if (save.isPending) return;
      const judged = judge(draft);
      if ("errors" in judged) refuse(judged.errors);
      else if (judged.send === null) onDone(null);
      else save.mutate(judged.send);
    },
  };
}

function refusalErrors(problem: ProblemError, places: FieldPlaces): FieldErrors {
  if (problem.errors.length > 0) return fieldErrors(problem.errors, places);
  return { [problem.kind === "conflict" ? (places.conflict ?? "form") : "form"]: problem.message };
}
