"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Candidates } from "@/components/rules/candidates";
import { type triedDraft, type TrialCall, trialOf } from "@/components/rules/draft/trial";
import { useSettled } from "@/components/rules/draft/use-settled";
import { GateNote } from "@/components/rules/simulate/gate-note";
import { reasonText } from "@/components/rules/simulate/reason-text";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { ProblemError } from "@/lib/client/request/problem-error";
import { simulations } from "@/lib/client/rules/trials";
import type { Simulated } from "@/lib/rules/ask/schema";

type Draft = ReturnType<typeof triedDraft> | null;

const rulesets = [
  { value: "draft", label: "With the draft" },
  { value: "live", label: "Live" },
] as const;

const verdictWords = { allow: "Allowed", deny: "Denied" } as const;

/** How a call fares with the draft and without, and every rule that had a say. */
export function CallOutcome({ call, draft }: { call: TrialCall; draft: Draft }) {
  const [shown, setShown] = useState<"draft" | "live">("draft");
  const asked = useSettled({ call, draft }, 250);
  const withDraft = useTrial(asked.call, { draft: asked.draft, isWanted: asked.draft !== null });
  const live = useTrial(asked.call, { draft: null, isWanted: shown === "live" || withDraft.isSuccess });
  const { path } = errorsOf(call);
  if (path !== undefined) return <p className="small t-deny">{path}</p>;
  const simulation = shown === "draft" ? withDraft : live;
  return (
    <div className="sim-out">
      <SegmentedControl label="Judged by" options={rulesets} value={shown} onChange={setShown} />
      {shown === "draft" && draft === null && <p className="muted">It runs as soon as the rule is valid.</p>}
      {simulation.isError && <p className="small t-deny">{refusal(simulation.error)}</p>}
      {simulation.isPending && simulation.fetchStatus === "fetching" && <p className="muted">Judging.</p>}
      {simulation.isSuccess && (shown === "live" || draft !== null) && (
        <Judged
          {...simulation.data}
          aside={shown === "draft" ? comparedText(withDraft.data, live.data) : null}
        />
      )}
    </div>
  );
}

function errorsOf(call: TrialCall) {
  const trial = trialOf(call, null);
  return trial.ok ? {} : trial.errors;
}

function useTrial(call: TrialCall, { draft, isWanted }: { draft: Draft; isWanted: boolean }) {
  const trial = trialOf(call, draft);
  return useQuery({
    ...simulations.of(trial.ok ? trial.asked : { request: { method: "GET", path: "/" }, service: "" }),
    enabled: isWanted && trial.ok && call.service !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function Judged({ decision, trace, aside }: Simulated & { aside: string | null }) {
  return (
    <div className="sim-judged" role="status">
      <p className="row">
        <VerdictWord verdict={decision.verdict} large>
          {verdictWords[decision.verdict]}
        </VerdictWord>
        <span className="grow" />
        {aside !== null && <span className="small muted nowrap">{aside}</span>}
      </p>
      <p className="small muted sim-reason">{reasonText(decision)}</p>
      {decision.publicReason !== null && (
        <p className="small muted">The caller is told: “{decision.publicReason}”</p>
      )}
      {trace.gate !== null && <GateNote gate={trace.gate} method={decision.method} />}
      {trace.gate === null && decision.reason !== "NO_CREDENTIAL" && <Candidates {...trace} />}
    </div>
  );
}

function comparedText(draft: Simulated | undefined, live: Simulated | undefined): string | null {
  if (draft === undefined || live === undefined) return null;
  const { verdict } = live.decision;
  if (draft.decision.verdict === verdict) return "Live: the same";
  return `Live: ${verdictWords[verdict].toLowerCase()}`;
}

function refusal(error: Error): string {
  if (!(error instanceof ProblemError) || error.errors.length === 0) return error.message;
  return error.errors.map(({ path, message }) => `${path} ${message}`).join("; ");
}
