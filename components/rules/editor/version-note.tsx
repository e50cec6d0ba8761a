"use client";
import { MessageSquare, MessageSquareText } from "lucide-react";
import type { SaveRule } from "@/components/rules/draft/use-save-rule";
import { IconButton } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { Popover } from "@/components/ui/overlay/popover";

const longest = 500;

/** What the version that is about to be saved is for; it stands in the list of versions. */
export function VersionNote({ save: { note, setNote, next } }: { save: SaveRule }) {
  const isWritten = note.trim() !== "";
  const version = next === null ? "this version" : `v${next}`;
  return (
    <Popover
      title={`Note for ${version}`}
      align="end"
      trigger={
        <IconButton
          kind="secondary"
          label={isWritten ? `Note for ${version}: ${note}` : `Add a note to ${version}`}
          icon={<Icon of={isWritten ? MessageSquareText : MessageSquare} />}
        />
      }
    >
      <div className="attach-form">
        <Field label="What changed and why" help="Versions list it. It is saved with the rule.">
          <Textarea
            rows={3}
            maxLength={longest}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
      </div>
    </Popover>
  );
}
