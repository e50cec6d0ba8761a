"use client";
import { History, LayoutTemplate } from "lucide-react";
import type { ReactNode } from "react";
import type { OpenDialog } from "@/components/rules/dialogs/rule-dialogs";
import type { RuleDraft } from "@/components/rules/draft/use-rule-draft";
import { ruleText } from "@/components/rules/json/rule-text";
import { templates } from "@/components/rules/templates";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/overlay/menu";

export interface EditorBarProps {
  draft: RuleDraft;
  editable: boolean;
  onOpen: (dialog: OpenDialog) => void;
  /** Where the rule is attached. */
  children: ReactNode;
}

/** Above the text: where the rule applies, what it may begin with, its versions, its form. */
export function EditorBar({ draft, editable, onOpen, children }: EditorBarProps) {
  const { value } = draft.checked;
  return (
    <div className="ed-bar">
      {children}
      <span className="grow" />
      {draft.base.stored === null && editable && (
        <Menu
          trigger={
            <Button kind="ghost" size={28} icon={<Icon of={LayoutTemplate} />}>
              Templates
            </Button>
          }
          heading="Begin with"
          entries={templates.map(({ title, rule }) => ({
            label: title,
            onSelect: () => draft.setText(ruleText(rule)),
          }))}
        />
      )}
      <Button kind="ghost" size={28} icon={<Icon of={History} />} onClick={() => onOpen("versions")}>
        Versions
      </Button>
      {editable && (
        <Button
          kind="ghost"
          size={28}
          why={value === null && "Only JSON can be formatted"}
          onClick={() => draft.setText(ruleText(value))}
        >
          Format
        </Button>
      )}
    </div>
  );
}
