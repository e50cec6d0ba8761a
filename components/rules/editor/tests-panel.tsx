import { Check, Plus, X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { durationText } from "@/components/ui/words/when";
import type { TestOutcome } from "@/lib/rules/language/inline-test";

export interface TestsPanelProps {
  outcomes: readonly TestOutcome[];
  /** The rule cannot be judged yet, so its tests cannot run. */
  waiting: boolean;
  /** Goes to a test in the text, by its place in the list. */
  onShow: (index: number) => void;
  /** Absent when a test cannot be added now. */
  onAdd: (() => void) | undefined;
}

function summary(outcomes: readonly TestOutcome[], waiting: boolean): string {
  if (waiting) return "run as soon as the rule is valid";
  if (outcomes.length === 0) return "none yet";
  return `${outcomes.filter(({ pass }) => pass).length} of ${outcomes.length} pass`;
}

/** The rule's own tests, run at every change. */
export function TestsPanel({ outcomes, waiting, onShow, onAdd }: TestsPanelProps) {
  return (
    <div className="ed-sec">
      <div className="row">
        <h2>Tests</h2>
        <span className="small muted" role="status">
          {summary(outcomes, waiting)}
        </span>
        <span className="grow" />
        {onAdd && (
          <Button kind="ghost" size={28} icon={<Icon of={Plus} />} onClick={onAdd}>
            Add
          </Button>
        )}
      </div>
      <ul className="tests">
        {outcomes.map((outcome, index) => (
          <li key={`${index}-${outcome.name}`}>
            <Icon of={outcome.pass ? Check : X} className={outcome.pass ? "pass" : "fail"} />
            <button
              type="button"
              className="trunc test-name"
              title={outcome.name}
              onClick={() => onShow(index)}
            >
              <span className="vh">{outcome.pass ? "Passes: " : "Fails: "}</span>
              {outcome.name}
            </button>
            {outcome.actual === null ? (
              <span className="small muted">refused</span>
            ) : (
              <VerdictWord verdict={outcome.actual} />
            )}
            <span className="faint small t-ms">
              {outcome.actual === null ? "" : durationText(outcome.durationUs)}
            </span>
            {!outcome.pass && (
              <p className="small t-deny test-why">
                {outcome.refusal ??
                  `It expects ${outcome.expected}; the rule answers ${outcome.actual ?? "nothing"}.`}
              </p>
            )}
          </li>
        ))}
      </ul>
      {outcomes.length === 0 && !waiting && (
        <p className="muted">A test pins down a case, and no later change can break it unseen.</p>
      )}
    </div>
  );
}
