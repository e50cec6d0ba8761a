"use client";
import { Ellipsis, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { OpenDialog } from "@/components/rules/dialogs/rule-dialogs";
import type { RuleDraft } from "@/components/rules/draft/use-rule-draft";
import type { SaveRule } from "@/components/rules/draft/use-save-rule";
import { VersionNote } from "@/components/rules/editor/version-note";
import { findPath, findValues } from "@/components/rules/json/scan";
import { PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { Button, IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/overlay/menu";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Tag } from "@/components/ui/tag";
import { Shape } from "@/components/ui/words/shapes";
import type { Rule } from "@/lib/rules/schema";

export interface EditorHeadProps {
  draft: RuleDraft;
  save: SaveRule;
  /** Why the rule may not be changed. */
  why: string | false;
  /** Absent when the rule may not be changed. */
  onMode: ((mode: Rule["mode"]) => void) | undefined;
  onOpen: (dialog: OpenDialog) => void;
  /** What may be done before saving. */
  children?: ReactNode;
}

const modes = [
  {
    value: "enforce",
    label: (
      <>
        <Shape name="allow" className="t-allow" />
        Enforce
      </>
    ),
  },
  {
    value: "shadow",
    label: (
      <>
        <Shape name="would-allow" className="t-shadow" />
        Shadow
      </>
    ),
  },
  { value: "off", label: "Off" },
] as const;

/** What the text says now, also while it is not whole. */
function written(text: string, key: string): string | null {
  const found = findPath(findValues(text), key);
  return found === null || found.path.length !== 1 ? null : text.slice(found.from + 1, found.to - 1);
}

function modeOf(text: string): Rule["mode"] {
  const mode = written(text, "mode");
  return mode === "shadow" || mode === "off" ? mode : "enforce";
}

/** Name, version, mode, and the way to save. */
export function EditorHead({ draft, save, why, onMode, onOpen, children }: EditorHeadProps) {
  const mayDestroy = usePermission("destroy:rules");
  const { stored } = draft.base;
  const name = written(draft.text, "name");
  const title = name !== null && name.trim() !== "" ? name : (stored?.name ?? "New rule");
  const version = stored === null ? "unsaved" : `v${stored.version}${draft.dirty ? ", unsaved" : ""}`;
  return (
    <PageHead
      crumb={{ label: "Rules", href: "/rules" }}
      title={
        <span className="trunc" title={title}>
          {title}
        </span>
      }
      facts={<Tag>{version}</Tag>}
      actions={
        <>
          {onMode !== undefined && (
            <SegmentedControl label="Mode" options={modes} value={modeOf(draft.text)} onChange={onMode} />
          )}
          {draft.dirty && stored !== null && (
            <Button size={28} onClick={() => draft.reset(draft.base)}>
              Discard
            </Button>
          )}
          {children}
          {!why && <VersionNote save={save} />}
          <Button
            kind="primary"
            size={28}
            hint="⌘ S"
            why={why || save.why}
            busy={save.saving && "Saving"}
            onClick={() => void save.save()}
          >
            {save.next === null ? "Save" : `Save as v${save.next}`}
          </Button>
          {stored !== null && (
            <Menu
              trigger={<IconButton kind="secondary" label="More" icon={<Icon of={Ellipsis} />} />}
              entries={[
                {
                  label: "Delete rule",
                  icon: <Icon of={Trash2} />,
                  danger: true,
                  why: mayDestroy.why,
                  onSelect: () => onOpen("delete"),
                },
              ]}
            />
          )}
        </>
      }
    />
  );
}
