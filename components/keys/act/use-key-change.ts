"use client";
import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/overlay/toaster";
import { keys } from "@/lib/client/keys";
import { audit } from "@/lib/client/records/decisions";
import { overview } from "@/lib/client/overview";
import { ProblemError } from "@/lib/client/request/problem-error";
import type { KeyPage } from "@/lib/keys/reading/schema";
import type { Key, KeyDetail } from "@/lib/keys/schema";

const lists = [...keys.all, "list"] as const;
const details = [...keys.all, "detail"] as const;
const grants = [...keys.all, "grant"] as const;

export interface KeyChange<Input, Answer> {
  send: (input: Input) => Promise<Answer>;
  /** What each key will be; shown at once and taken back if the change is refused. Answers the same key when it stays. */
  foresee?: (key: Key, input: Input) => Key;
  onDone?: (answer: Answer, input: Input) => void;
  /** What is not so, for the toast of a refusal: "ledger-sync is still active." */
  failed: (input: Input) => string;
  /** Takes the refusal instead of a toast, for forms that show it beside the field. Answers whether it did. */
  onRefused?: (problem: ProblemError) => boolean;
}

/** Writes a change of keys, optimistically where it can be foreseen, and reads again what it touched. */
export function useKeyChange<Input, Answer>({
  send,
  foresee,
  onDone,
  failed,
  onRefused,
}: KeyChange<Input, Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onMutate: async (input: Input) => {
      if (!foresee) return { before: [] };
      await client.cancelQueries({ queryKey: keys.all });
      const before = client.getQueriesData({ queryKey: keys.all });
      show(client, (key) => foresee(key, input));
      return { before };
    },
    onError: (error, input, context) => {
      for (const [key, data] of context?.before ?? []) client.setQueryData(key, data);
      if (error instanceof ProblemError && onRefused?.(error)) return;
      toast({ tone: "failed", text: `${failed(input)} ${error.message}` });
    },
    onSuccess: (answer, input) => onDone?.(answer, input),
    onSettled: () => readAgain(client),
  });
}

/** Writes what is known of keys into every list and page that shows them. */
export function show(client: QueryClient, change: (key: Key) => Key): void {
  client.setQueriesData<KeyPage>(
    { queryKey: lists },
    (page) => page && { ...page, items: page.items.map(change) },
  );
  client.setQueriesData<KeyDetail>(
    { queryKey: details },
    (detail) => detail && { ...detail, ...change(detail) },
  );
}

function readAgain(client: QueryClient): void {
  for (const queryKey of [lists, details, grants, overview.all, audit.all])
    void client.invalidateQueries({ queryKey });
}
