"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type KeyboardEvent, type Ref, useDeferredValue, useId, useState } from "react";
import { Input } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { Kbd } from "@/components/ui/tag";
import { RuleChip } from "@/components/ui/words/chips";
import { matrix } from "@/lib/client/rules/matrix";
import type { RuleChoice } from "@/lib/client/name-answers";

export interface AttachRuleProps {
  /** Ids of rules that are there already. */
  held: readonly string[];
  onAttach: (rule: RuleChoice) => void;
  ref?: Ref<HTMLInputElement>;
}

/** Finds a rule by part of its name and attaches it: arrows choose, Enter attaches, Escape leaves. */
export function AttachRule({ held, onAttach, ref }: AttachRuleProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const asked = useDeferredValue(text.trim());
  const found = useQuery({ ...matrix.choices(asked), enabled: isOpen });
  const choices = (found.data?.items ?? []).filter((rule) => !held.includes(rule.id));
  const chosen = choices[Math.min(at, choices.length - 1)];
  const close = () => {
    setOpen(false);
    setText("");
    setAt(0);
  };
  const attach = (rule: RuleChoice) => {
    close();
    onAttach(rule);
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((now) => Math.max(0, Math.min(choices.length - 1, now + step)));
    } else if (event.key === "Enter" && isOpen && chosen !== undefined) {
      event.preventDefault();
      attach(chosen);
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      close();
    }
  };
  return (
    <div className="mx-attach">
      <Input
        ref={ref}
        size={28}
        role="combobox"
        aria-label="Attach a rule"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && chosen !== undefined ? `${id}-${chosen.id}` : undefined}
        autoComplete="off"
        placeholder="Attach a rule"
        maxLength={200}
        value={text}
        before={<Icon of={Plus} />}
        after={<Kbd>A</Kbd>}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onKeyDown={press}
      />
      {isOpen && (
        <div className="mx-choices">
          <ul role="listbox" id={id} aria-label="Rules">
            {choices.map((rule) => (
              <li
                key={rule.id}
                id={`${id}-${rule.id}`}
                role="option"
                aria-selected={rule === chosen}
                // Pressed, not clicked: the field must not lose focus and close the list before.
                onPointerDown={(event) => {
                  event.preventDefault();
                  attach(rule);
                }}
              >
                <RuleChip name={rule.name} effect={rule.effect} shadow={rule.mode === "shadow"} />
                {rule.mode === "off" && <span className="small muted">off</span>}
                {rule.description !== undefined && (
                  <span className="small muted trunc">{rule.description}</span>
                )}
              </li>
            ))}
          </ul>
          {choices.length === 0 && (
            <p className="small muted" role="status">
              {wordsOf({ isPending: found.isPending, isError: found.isError, isSearch: asked !== "" })}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function wordsOf({
  isPending,
  isError,
  isSearch,
}: Record<"isPending" | "isError" | "isSearch", boolean>): string {
  if (isError) return "Rules could not be loaded.";
  if (isPending) return "Looking";
  return isSearch ? "No rule matches." : "Every rule is attached here already, or there is none yet.";
}
