"use client";
import { Plus, Search, X } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { scopeOptions, type ScopeOption } from "@/components/keys/form/scope-options";
import { usePermission } from "@/components/shell/permissions";
import { FieldSet } from "@/components/ui/form/field";
import { Icon } from "@/components/ui/icon";
import { canonicalScope } from "@/lib/scopes/catalogue";
import { firstBeyond } from "@/lib/scopes/grant";
import { Scope } from "@/lib/scopes/schema";

export interface ScopePickerProps {
  chosen: readonly string[];
  onChange: (scopes: string[]) => void;
  /** Scopes of the workspace's own that are known; others can be typed. */
  known: readonly string[];
  /** What the workspace says its own scopes mean, by name. */
  meanings?: ReadonlyMap<string, string>;
  /** What may be chosen at most, and whose bound that is: "Northwind". */
  ceiling?: { scopes: readonly string[]; of: string } | undefined;
  label?: string;
  /** What holding none means. */
  none?: string;
  help?: string;
  error?: string | undefined;
}

function Pick({
  option,
  checked,
  ceiling,
  onToggle,
}: {
  option: ScopeOption;
  checked: boolean;
  ceiling: ScopePickerProps["ceiling"];
  onToggle: () => void;
}) {
  const { allowed } = usePermission(option.scope);
  const why = !allowed
    ? "You do not hold it, so you cannot grant it"
    : ceiling && firstBeyond(ceiling.scopes, [option.scope]) !== null && `Beyond ${ceiling.of}'s ceiling`;
  const off = Boolean(why) && !checked;
  return (
    <label className={off ? "pick off" : "pick"}>
      <input className="check" type="checkbox" checked={checked} disabled={off} onChange={onToggle} />
      <code>{option.scope}</code>
      <span title={option.description}>{off ? why : option.description}</span>
    </label>
  );
}

/** Chooses scopes from a list that can be filtered, or by typing one of the workspace's own. */
export function ScopePicker({
  chosen,
  onChange,
  known,
  meanings,
  ceiling,
  label = "Scopes",
  none = "none: the key may only be recognised",
  help,
  error,
}: ScopePickerProps) {
  const [text, setText] = useState("");
  const typed = canonicalScope(text.trim().toLowerCase());
  const groups = scopeOptions({ known: [...known, ...chosen], filter: text, meanings });
  const isNew =
    Scope.safeParse(typed).success &&
    !groups.some(({ options }) => options.some(({ scope }) => scope === typed));
  const toggle = (scope: string) =>
    onChange(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope]);
  const add = () => {
    onChange([...chosen, typed]);
    setText("");
  };
  const take = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [only, ...others] = groups.flatMap(({ options }) => options);
    if (isNew) add();
    else if (only && others.length === 0) toggle(only.scope);
  };
  return (
    <FieldSet
      label={label}
      aside={chosen.length === 0 ? none : `${chosen.length} chosen`}
      help={help}
      error={error}
    >
      {chosen.length > 0 && (
        <div className="chosen">
          {chosen.map((scope) => (
            <span key={scope} className="scope">
              {scope}
              <button type="button" aria-label={`Take away ${scope}`} onClick={() => toggle(scope)}>
                <Icon of={X} small />
              </button>
            </span>
          ))}
        </div>
      )}
      <div className="picker">
        <div className="input">
          <Icon of={Search} />
          <input
            value={text}
            aria-label="Filter scopes, or type one of your own"
            placeholder="Filter, or type verb:resource"
            onChange={(event) => setText(event.target.value)}
            onKeyDown={take}
          />
        </div>
        <div className="picker-list">
          {isNew && (
            <button type="button" className="pick-new" onClick={add}>
              <Icon of={Plus} small />
              Add <code>{typed}</code>
            </button>
          )}
          {groups.map(({ heading, options }) => (
            <div key={heading} role="group" aria-label={heading}>
              <h3>{heading}</h3>
              {options.map((option) => (
                <Pick
                  key={option.scope}
                  option={option}
                  checked={chosen.includes(option.scope)}
                  ceiling={ceiling}
                  onToggle={() => toggle(option.scope)}
                />
              ))}
            </div>
          ))}
          {groups.length === 0 && !isNew && (
            <p className="pick-none">
              No scope is called that. One of your own is verb:resource, such as read:invoices.
            </p>
          )}
        </div>
      </div>
    </FieldSet>
  );
}
