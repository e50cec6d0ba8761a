"use client";
import { ReplayFound } from "@/components/rules/replay/replay-found";
import type { ReplayHours, RuleReplay } from "@/components/rules/replay/use-replay";
import { Button } from "@/components/ui/button";
import { Meter } from "@/components/ui/meter";
import { Note } from "@/components/ui/plate";
import { ProblemError } from "@/lib/client/request/problem-error";

const windowWords: Record<ReplayHours, string> = { "1": "last hour", "24": "last 24 h", "168": "last 7 d" };

const number = new Intl.NumberFormat("en-GB");

/** How far a replay is, what it found, or why it failed. */
export function ReplayOutcome({ replay }: { replay: RuleReplay }) {
  const { state, ranHours, progress, share, result, error, start, isOutdated } = replay;
  const words = windowWords[ranHours];
  if (state === "running") {
    const scanned = number.format(progress?.scanned ?? 0);
    return (
      <div className="replay-run">
        <Meter
          label={`${Math.round(share * 100)} % of the window`}
          parts={[{ share, tone: "accent" }]}
          height={8}
        />
        <p className="small muted" role="status">
          {progress === null ? "Reading the newest decisions." : `${scanned} decisions judged, newest first.`}
        </p>
      </div>
    );
  }
  if (state === "failed")
    return (
      <Note tone="deny">
        <p>{sentenceOf(error)}</p>
        <p className="small">
          Nothing was stored.{" "}
          {start !== null && (
            <Button size={28} onClick={start}>
              Try again
            </Button>
          )}
        </p>
      </Note>
    );
  if (result === null) return null;
  if (result.scanned === 0)
    return (
      <p className="small muted" role="status">
        Nothing was decided in the {words}. A longer window may hold some.
      </p>
    );
  return (
    <>
      {isOutdated && (
        <p className="small t-limited" role="status">
          Of an earlier text. Run it again for this one.
        </p>
      )}
      <p className="small muted">
        {words}, {number.format(result.scanned)} decisions, {secondsOf(result.durationMs)}, against v
        {result.rulesetVersion}
      </p>
      <ReplayFound result={result} />
    </>
  );
}

function secondsOf(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function sentenceOf(error: Error | null): string {
  if (!(error instanceof ProblemError)) return "The answer could not be read.";
  if (error.errors.length === 0) return error.message;
  return error.errors.map(({ path, message }) => `${path} ${message}`).join("; ");
}
