"use client";
import { useMutation, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useRef, useState } from "react";
import {
  foreseenDetail,
  foreseenWindow,
  windowWith,
  type ForeseenChange,
} from "@/components/matrix/change/foreseen";
import { toast } from "@/components/ui/overlay/toaster";
import { changeCell, matrix, type CellChange } from "@/lib/client/rules/matrix";
import type { RuleChoice } from "@/lib/client/name-answers";
import { ProblemError } from "@/lib/client/request/problem-error";
import type { CellDetail, ChangedCell, Matrix } from "@/lib/matrix/schema";

/** What is asked for: rules with their names, so that they stand there at once, and words for where. */
export interface WantedChange {
  credential: string | null;
  service: string | null;
  attach?: readonly RuleChoice[];
  detach?: readonly Pick<RuleChoice, "id" | "name">[];
  /** "checkout-web on payments". */
  where: string;
}

/** A change that can be taken back, and its words. */
interface Undoable {
  change: CellChange;
  words: string;
}

const undosMax = 50;

/**
 * Attaches and detaches: drawn at once, taken back with a toast where it is refused, and undone by another change. Undoing
 * is last in, first out.
 */
export function useChangeCell() {
  const client = useQueryClient();
  const stack = useRef<readonly Undoable[]>([]);
  const turn = useRef(Promise.resolve());
  const [isUndoable, setUndoable] = useState(false);
  const mutation = useMutation({
    mutationFn: ({ change }: { change: CellChange; foreseen: ForeseenChange | null }) => changeCell(change),
    async onMutate({ foreseen }): Promise<readonly [QueryKey, unknown][]> {
      await client.cancelQueries({ queryKey: matrix.all });
      if (foreseen === null) return [];
      const { credential, service } = foreseen;
      const detail = matrix.cell({ credential, service }).queryKey;
      const before: [QueryKey, unknown][] = [
        ...client.getQueriesData({ queryKey: matrix.windows }),
        [detail, client.getQueryData(detail)],
      ];
      client.setQueriesData<Matrix>(
        { queryKey: matrix.windows },
        (old) => old && foreseenWindow(old, foreseen),
      );
      client.setQueryData<CellDetail>(detail, (old) => old && foreseenDetail(old, foreseen));
      return before;
    },
    onError(_error, _wanted, before) {
      for (const [key, data] of before ?? []) client.setQueryData(key, data);
    },
    onSuccess({ cell }) {
      if (cell !== null)
        client.setQueriesData<Matrix>({ queryKey: matrix.windows }, (old) => old && windowWith(old, cell));
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: matrix.all }),
        client.invalidateQueries({ queryKey: ["rules"] }),
      ]),
  });

  async function send(change: CellChange, foreseen: ForeseenChange | null): Promise<ChangedCell | null> {
    try {
      return await mutation.mutateAsync({ change, foreseen });
    } catch (error) {
      const why = error instanceof ProblemError ? error.detail : "Something failed in this page.";
      toast({ tone: "failed", text: `Nothing was changed. ${why}` });
      return null;
    }
  }

  /** One after another: what is pressed while a change is on its way meets it done. */
  function inTurn(work: () => Promise<void>): void {
    turn.current = turn.current.then(work);
  }

  function setStack(next: readonly Undoable[]): void {
    stack.current = next.slice(-undosMax);
    setUndoable(stack.current.length > 0);
  }

  /** Takes one change back, the last unless another is named; the others stay. */
  async function takeBack(named?: Undoable): Promise<void> {
    const undo = named ?? stack.current.at(-1);
    if (undo === undefined || !stack.current.includes(undo)) return;
    const done = await send(undo.change, null);
    if (done === null) return;
    setStack(stack.current.filter((other) => other !== undo));
    toast({ text: `Taken back: ${undo.words}` });
  }

  async function make({ credential, service, attach = [], detach = [], where }: WantedChange): Promise<void> {
    const ids = detach.map(({ id }) => id);
    const foreseen =
      credential === null || service === null ? null : { credential, service, attach, detach: ids };
    const sent = { credential, service, attach: attach.map(({ id }) => id), detach: ids };
    const done = await send(sent, foreseen);
    if (done === null) return;
    const words = wordsOf({ attach, detach, where });
    if (done.attached.length + done.detached.length === 0) {
      toast({ text: `It was so already: ${words}` });
      return;
    }
    const undo = { change: done.undo, words };
    setStack([...stack.current, undo]);
    const onAction = () => inTurn(() => takeBack(undo));
    toast({ tone: "changed", text: words, action: { label: "Undo", onAction } });
  }

  return {
    change: (wanted: WantedChange) => inTurn(() => make(wanted)),
    /** Takes the last change back; there may be none. */
    undo: () => inTurn(() => takeBack()),
    isUndoable,
  };
}

function wordsOf({
  attach = [],
  detach = [],
  where,
}: Pick<WantedChange, "attach" | "detach" | "where">): string {
  const names = (rules: readonly { name: string }[]) => rules.map(({ name }) => name).join(", ");
  const done = [
    ...(attach.length > 0 ? [`${names(attach)} attached to ${where}`] : []),
    ...(detach.length > 0 ? [`${names(detach)} detached from ${where}`] : []),
  ];
  return `${done.join(", ")}.`;
}
