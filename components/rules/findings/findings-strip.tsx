"use client";
import { clsx } from "clsx";
import { ScanSearch } from "lucide-react";
import { countedFindings, type FindingChoice, findingWords } from "@/components/rules/findings/words";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import type { Finding } from "@/lib/rules/findings/schema";

export interface FindingsStripProps {
  items: readonly Finding[];
  /** What is shown in place of the list; null for the list. */
  chosen: FindingChoice | null;
  onChoose: (choice: FindingChoice | null) => void;
}

/** One quiet line above the list: what may be odd about rules, each kind with its number, and the way there. */
export function FindingsStrip({ items, chosen, onChoose }: FindingsStripProps) {
  const counted = countedFindings(items);
  if (counted.length === 0 && chosen === null) return null;
  return (
    <nav className="find-strip small" aria-label="Findings">
      <span className="row muted nowrap">
        <Icon of={ScanSearch} small />
        Worth a look
      </span>
      {counted.map(({ kind, count }) => (
        <button
          key={kind}
          type="button"
          className={clsx("find-chip", chosen === kind && "on")}
          aria-pressed={chosen === kind}
          onClick={() => onChoose(chosen === kind ? null : kind)}
        >
          <b className={findingWords[kind].tone === "limited" ? "t-limited" : undefined}>
            {count.toLocaleString("en")}
          </b>{" "}
          {count === 1 ? findingWords[kind].one : findingWords[kind].many}
        </button>
      ))}
      {chosen !== null && (
        <Button kind="ghost" size={28} onClick={() => onChoose(null)}>
          All rules
        </Button>
      )}
    </nav>
  );
}
