"use client";
import { X } from "lucide-react";
import Link from "next/link";
import { useMemberName } from "@/components/rules/member-name";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Ago } from "@/components/ui/words/ago";
import { RuleChip } from "@/components/ui/words/chips";
import type { CellDetail } from "@/lib/matrix/schema";

export type DetailRule = CellDetail["rules"][number];

export interface EffectListProps {
  rules: readonly DetailRule[];
  /** Attached right here: who did and when comes before what it does. */
  near?: boolean;
  /** Of a whole row or column: what a rule does differs from cell to cell there, and is not said. */
  across?: boolean;
  /** Absent where nothing can be detached. */
  onDetach?: ((rule: DetailRule) => void) | undefined;
}

/** Rules that reach a cell from one place: what each does there, who attached it and when. */
export function EffectList({ rules, near = false, across = false, onDetach }: EffectListProps) {
  if (rules.length === 0) return null;
  return (
    <ul className="effs">
      {rules.map((rule) => (
        <li key={`${rule.id} ${rule.via}`}>
          <Link href={`/rules/${rule.id}`} className="rule-link">
            <RuleChip name={rule.name} effect={rule.effect} shadow={rule.mode === "shadow"} />
          </Link>
          <p className="small muted">
            {isBeingAttached(rule) && "Attaching"}
            {near && rule.attachedAt !== null && rule.attachedBy !== null && (
              <Attached by={rule.attachedBy} at={rule.attachedAt} />
            )}
            {!isBeingAttached(rule) && !across && outcomeText(rule)}
          </p>
          {onDetach !== undefined && (
            <IconButton
              label={`Detach ${rule.name}`}
              icon={<Icon of={X} small />}
              onClick={() => onDetach(rule)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

/** Asks for members' names only where one is said. */
function Attached({ by, at }: { by: string; at: string }) {
  const nameOf = useMemberName();
  return (
    <>
      Attached by {nameOf(by)}, <Ago at={at} />.{" "}
    </>
  );
}

/** Drawn before the server has answered; nobody has changed it yet. */
function isBeingAttached({ updatedBy }: DetailRule): boolean {
  return updatedBy === "";
}

function outcomeText({ mode, outcome, effect, expiresAt }: DetailRule): string {
  if (mode === "off") return "It is off.";
  if (expiresAt !== null && outcome === "never" && Date.parse(expiresAt) <= Date.now())
    return "It has stopped.";
  const judged = mode === "shadow" ? "Judged, not enforced: " : "";
  const would = mode === "shadow" ? `would ${effect}` : effect === "allow" ? "allows" : "denies";
  const words = {
    always: `${would} every request.`,
    sometimes: `${would} some requests.`,
    never: "cannot match here.",
  }[outcome];
  const text = judged + words;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
