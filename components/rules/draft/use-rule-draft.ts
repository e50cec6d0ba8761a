"use client";
import { useDeferredValue, useMemo, useState } from "react";
import type { Base } from "@/components/rules/draft/base";
import { checkDraft, type CheckedDraft } from "@/components/rules/json/check-draft";
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

/** A rule while it is written: its text, its places, and what can be said of them. */
export function useRuleDraft(initial: Base): RuleDraft {
  const [base, setBase] = useState(initial);
  const [text, setText] = useState(initial.text);
  const [attachments, setAttachments] = useState(initial.attachments);
  const judged = useDeferredValue(text);
  const checked = useMemo(() => checkDraft(judged), [judged]);
  const samePlaces =
    attachments.length === base.attachments.length &&
    attachments.every((place) => base.attachments.some((other) => isSamePlace(place, other)));
  return {
    base,
    text,
    attachments,
    checked,
    checking: judged !== text,
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
