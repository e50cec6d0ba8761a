import { Check } from "lucide-react";
import type { Mark } from "@/components/rules/json/marks";
import { Icon } from "@/components/ui/icon";
import { Shape } from "@/components/ui/words/shapes";

export interface StatusLineProps {
  marks: readonly Mark[];
  checking: boolean;
  cursor: { line: number; column: number };
  onShow: (mark: Mark) => void;
}

/** Whether it could be stored, the first thing that is wrong, and where the cursor is. */
export function StatusLine({ marks, checking, cursor, onShow }: StatusLineProps) {
  const [first] = marks;
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
      <span className="grow" />
      <span className="nowrap">
        Ln {cursor.line}, Col {cursor.column}
      </span>
    </div>
  );
}
