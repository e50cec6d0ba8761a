import { Check } from "lucide-react";
import type { ServerAnswer } from "@/components/rules/editor/use-server-answer";
import type { CheckedDraft } from "@/components/rules/json/check-draft";
import type { Mark } from "@/components/rules/json/marks";
import { Icon } from "@/components/ui/icon";
import { Shape } from "@/components/ui/words/shapes";
import { durationText } from "@/components/ui/words/when";
import type { TestOutcome } from "@/lib/rules/language/inline-test";

export interface StatusLineProps {
  marks: readonly Mark[];
  checking: boolean;
  /** Conditions of how many; null while that cannot be said. */
  cost: CheckedDraft["cost"];
  /** What its expression may take. */
  steps: ServerAnswer["steps"];
  tests: readonly TestOutcome[];
  cursor: { line: number; column: number };
  onShow: (mark: Mark) => void;
}

/** The middle one: the first run of anything is slower than all that follow. */
function usualUs(tests: readonly TestOutcome[]): number | null {
  const times = tests
    .filter(({ actual }) => actual !== null)
    .map(({ durationUs }) => durationUs)
    .sort((one, other) => one - other);
  return times[Math.floor((times.length - 1) / 2)] ?? null;
}

/** Whether it could be stored, the first thing that is wrong, what judging it costs, and where the cursor is. */
export function StatusLine({ marks, checking, cost, steps, tests, cursor, onShow }: StatusLineProps) {
  const [first] = marks;
  const runsInUs = usualUs(tests);
  return (
    <div className="ed-foot">
      <span role="status" className="ed-status">
        {first === undefined ? (
          <span className="verdict allow">
            <Icon of={Check} small />
            {checking ? "Checking" : "Valid"}
          </span>
        ) : (
          <button type="button" className="verdict deny ed-wrong" onClick={() => onShow(first)}>
            <Shape name="error" />
            <span className="trunc">{first.message}</span>
            {marks.length > 1 && <span className="nowrap">and {marks.length - 1} more</span>}
          </button>
        )}
      </span>
      {cost !== null && (
        <span className="nowrap ed-cost">
          Cost <b>{cost.conditions}</b> of {cost.most}
          <span className="vh"> conditions</span>
        </span>
      )}
      {steps !== null && (
        <span className="nowrap ed-cost">
          At most <b>{steps.estimated.toLocaleString("en")}</b> of {steps.most.toLocaleString("en")} steps
        </span>
      )}
      {runsInUs !== null && (
        <span className="nowrap ed-cost">
          Runs in <b>{durationText(runsInUs)}</b>
        </span>
      )}
      <span className="grow" />
      <span className="nowrap">
        Ln {cursor.line}, Col {cursor.column}
      </span>
    </div>
  );
}
