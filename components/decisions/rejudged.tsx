"use client";
import type { UseQueryResult } from "@tanstack/react-query";
import { Candidates } from "@/components/rules/candidates";
import { GateNote } from "@/components/rules/simulate/gate-note";
import { LoadingRows } from "@/components/states/states";
import { Note } from "@/components/ui/plate";
import { ProblemError } from "@/lib/client/request/problem-error";
import type { Decision } from "@/lib/events/schema";
import type { Explained } from "@/lib/rules/ask/schema";

export interface RejudgedProps {
  decision: Decision;
  explanation: UseQueryResult<Explained>;
}

/** What today's rules make of a recorded call: every rule that could have a say, and what was not kept of the call. */
export function Rejudged({ decision, explanation }: RejudgedProps) {
  if (explanation.isError)
    return (
      <p className="muted">
        Today&rsquo;s rules cannot judge this call again.{" "}
        {explanation.error instanceof ProblemError ? explanation.error.detail : ""}
      </p>
    );
  if (explanation.isSuccess) return <Explanation was={decision} {...explanation.data} />;
  if (explanation.fetchStatus === "idle")
    return <p className="muted">No rule was asked: the call did not get that far.</p>;
  return <LoadingRows label="Judging the call" rows={3} height={36} />;
}

function Explanation({ was, decision: now, trace, kept }: Explained & { was: Decision }) {
  if (trace === null)
    return (
      <p className="muted">Its service is gone or would not take its path any more, so no rule is asked.</p>
    );
  return (
    <>
      {now !== null && now.rulesetVersion !== was.rulesetVersion && (
        <Note tone="accent">
          Decided by <b>v{was.rulesetVersion}</b>. Judged here by today&rsquo;s rules,{" "}
          <b>v{now.rulesetVersion}</b>
          {now.verdict === was.verdict ? ", with the same verdict." : `: they would ${now.verdict} it.`}
        </Note>
      )}
      {now === null && (
        <Note tone="limited">
          {kept.notKept.length > 0
            ? `Not kept of this call: ${kept.notKept.join(", ")}.`
            : "Secrets of this call were not kept."}{" "}
          A rule that asks for what was not kept is not guessed.
        </Note>
      )}
      {trace.gate === null ? <Candidates {...trace} /> : <GateNote gate={trace.gate} method={was.method} />}
    </>
  );
}
