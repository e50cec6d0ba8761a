"use client";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { baseOf } from "@/components/rules/draft/base";
import type { RuleDraft } from "@/components/rules/draft/use-rule-draft";
import type { ServerAnswer } from "@/components/rules/editor/use-server-answer";
import { sentPlace } from "@/components/rules/places";
import { toast } from "@/components/ui/overlay/toaster";
import { ProblemError } from "@/lib/client/request/problem-error";
import { type AppliedNodes, createRule, rules, standingRule, updateRule } from "@/lib/client/rules/rules";
import { rulesets } from "@/lib/client/rules/rulesets";

/** Saving of a draft, and why it cannot be saved now. */
export interface SaveRule {
  save: () => Promise<void>;
  saving: boolean;
  /** A sentence, or false when it can be saved. */
  why: string | false;
  /** What will be said of the version. */
  note: string;
  setNote: (note: string) => void;
  /** The version that saving would make. */
  next: number | null;
  /** What the API said of fields at the last attempt. */
  refusals: readonly { path: string; message: string }[];
}

/** Stores a draft: a new rule, or a change of the version that was read. A newer one there calls `onStale`; what the API said of it already holds it back. */
export function useSaveRule(
  draft: RuleDraft,
  { answered, onStale }: { answered: ServerAnswer; onStale: () => void },
): SaveRule {
  const client = useQueryClient();
  const router = useRouter();
  const [note, setNote] = useState("");
  const versions = useInfiniteQuery(rulesets.list());
  const newest = versions.data?.pages[0]?.items[0]?.version ?? (versions.isSuccess ? 0 : null);
  const { stored } = draft.base;
  const mutation = useMutation({
    mutationFn: (value: Record<string, unknown>) => {
      const input = { ...value, attachments: draft.attachments.map(sentPlace) };
      return stored === null
        ? createRule({ input, note })
        : updateRule({ id: stored.id, note, input: { ...input, version: stored.version } });
    },
    onSuccess: ({ rule: saved, applied }) => {
      client.setQueryData(rules.detail(saved.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: rules.all });
      void client.invalidateQueries({ queryKey: rulesets.list().queryKey });
      toast({ text: `${saved.name} saved as v${saved.version}${appliedText(applied)}.` });
      setNote("");
      if (stored === null) router.replace(`/rules/${saved.id}`);
      // What was typed stays as it was typed; only what it is compared with is new.
      else draft.rebase({ ...baseOf(saved), text: draft.text });
    },
    onError: (error) => {
      if (error instanceof ProblemError && error.kind === "stale")
        void standingRule(error).then((standing) => {
          if (standing !== null) client.setQueryData(rules.detail(standing.id).queryKey, standing);
          onStale();
        });
      else toast({ tone: "failed", text: `Not saved. ${error.message}` });
    },
  });
  const { checked } = draft;
  const failing = [...checked.tests, ...answered.tests].some(({ pass }) => !pass);
  const invalid = failing ? "A test fails, so it cannot be saved" : "The rule is not valid yet";
  const isRefused = !checked.valid || answered.marks.length > 0;
  const why =
    draft.checking || answered.asking
      ? "Being checked"
      : isRefused
        ? invalid
        : !draft.dirty && "Nothing has changed";
  return {
    async save() {
      if (why !== false || checked.value === null || mutation.isPending) return;
      await mutation.mutateAsync(checked.value).catch(() => undefined);
    },
    note,
    setNote,
    saving: mutation.isPending,
    why,
    next: newest === null ? null : newest + 1,
    refusals:
      mutation.error instanceof ProblemError && mutation.variables === checked.value
        ? mutation.error.errors
        : [],
  };
}

/** How far a version has come, behind "saved as v12". */
function appliedText(applied: AppliedNodes | null): string {
  if (applied === null) return "";
  const { nodes, waiting } = applied;
  const all = nodes === 1 ? "1 node" : `${nodes} nodes`;
  return waiting === 0
    ? `, applied on ${all}`
    : `, applied on ${nodes - waiting} of ${all}; the others will follow`;
}
