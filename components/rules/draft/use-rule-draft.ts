"use client";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import type { Base } from "@/components/rules/draft/base";
import type { CheckedDraft } from "@/components/rules/json/check-draft";
import { isSamePlace } from "@/components/rules/places";
import type { Attachment } from "@/lib/rules/schema";

export interface RuleDraft {
  base: Base;
  text: string;
  attachments: readonly Attachment[];
  checked: CheckedDraft;
  /** True while the judgement is of an older text. */
  checking: boolean;
  dirty: boolean;
  setText(text: string): void;
  setAttachments(attachments: readonly Attachment[]): void;
  /** Compare with another base from now on, and keep what is written. */
  rebase(base: Base): void;
  /** Begin again from a base. */
  reset(base: Base): void;
}

type Judge = (text: string) => CheckedDraft;

const unjudged: CheckedDraft = {
  value: null,
  rule: null,
  valid: false,
  needsServer: false,
  marks: [],
  tests: [],
  cost: null,
};

/** What judges a text brings a matcher of expressions with it, so it comes with the first change. */
function useJudge({ isWanted }: { isWanted: boolean }): Judge | null {
  const [judge, setJudge] = useState<Judge | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    let current = true;
    const load = async () => {
      const { checkDraft } = await import("@/components/rules/json/check-draft");
      if (current) setJudge(() => checkDraft);
    };
    load().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [isWanted]);
  return judge;
}

/**
 * A rule while it is written: its text, its places, and what can be said of them. `first` is what was said of the
 * initial text where the page was made.
 */
export function useRuleDraft(initial: Base, first: CheckedDraft | null): RuleDraft {
  const [base, setBase] = useState(initial);
  const [text, setText] = useState(initial.text);
  const judge = useJudge({ isWanted: first === null || text !== initial.text });
  const [attachments, setAttachments] = useState(initial.attachments);
  const deferred = useDeferredValue(text);
  const judged = judge === null ? initial.text : deferred;
  const checked = useMemo(
    () => (judge === null ? (first ?? unjudged) : judge(judged)),
    [judge, first, judged],
  );
  const samePlaces =
    attachments.length === base.attachments.length &&
    attachments.every((place) => base.attachments.some((other) => isSamePlace(place, other)));
  return {
    base,
    text,
    attachments,
    checked,
    checking: judged !== text || (judge === null && first === null),
    dirty: base.stored === null || text.trim() !== base.text.trim() || !samePlaces,
    setText,
    setAttachments,
    rebase: setBase,
    reset(next) {
      setBase(next);
      setText(next.text);
      setAttachments(next.attachments);
    },
  };
}
