import { clsx } from "clsx";
import { PageLink } from "@/components/shell/page-link";
import { RuleChip } from "@/components/ui/words/chips";
import type { Candidate } from "@/lib/client/rules/trials";

type Failure = NonNullable<Candidate["failure"]>;

const spoken: Readonly<Record<string, string>> = {
  equals: "but must be",
  in: "not one of",
  prefix: "does not begin with",
  suffix: "does not end with",
  glob: "does not look like",
  regex: "does not match",
  "route regex": "does not match",
  route: "not under",
  contains: "does not hold",
  gt: "but must be above",
  gte: "but must be at least",
  lt: "but must be below",
  lte: "but must be at most",
  cidr: "not inside",
  mediaType: "not of type",
  // Of expressions, as CEL writes them.
  "==": "but must equal",
  "!=": "but must not equal",
  "<": "but must be below",
  "<=": "but must be at most",
  ">": "but must be above",
  ">=": "but must be at least",
  startsWith: "does not begin with",
  endsWith: "does not end with",
  matches: "does not match",
  holds: "does not hold",
};

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "absent";
  if (Array.isArray(value)) return value.length === 0 ? "empty" : value.map(valueText).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `when.credential.scopes` is `scopes` to a reader; what lies deeper keeps its way. */
function nameOf(path: string): string {
  return path.replace(/^(when|unless)\./, "").replace(/^credential\./, "");
}

/** The first condition that did not hold: what the request had, and what the rule asks for. */
export function FailedCondition({ failure }: { failure: Failure }) {
  const { path, left, operator, right, error } = failure;
  if (operator === "unless" || operator === "not")
    return (
      <div className="failed">
        <span>Its exception</span>
        <code>{nameOf(path) || operator}</code>
        <span>holds for this call</span>
      </div>
    );
  if (operator === "exists")
    return (
      <div className="failed">
        <code>{nameOf(path)}</code>
        <span>{right === true ? "is not set" : "is set"}</span>
      </div>
    );
  if (operator === "must be true")
    return (
      <div className="failed">
        <code>{nameOf(path)}</code>
        <span>{error ?? "is not true:"}</span>
        <code className="v">{valueText(right)}</code>
      </div>
    );
  if (error !== undefined)
    return (
      <div className="failed">
        <code>{nameOf(path)}</code>
        {left !== null && left !== undefined && <code className="v">{valueText(left)}</code>}
        <span>{error}</span>
      </div>
    );
  if (operator === "schema")
    return (
      <div className="failed">
        <code>{nameOf(path)}</code>
        <span>is</span>
        <code className="v">{valueText(left)}</code>
        <span>but {typeof right === "string" ? right : "does not fit its schema"}</span>
      </div>
    );
  return (
    <div className="failed">
      <code>{nameOf(path)}</code>
      <span>is</span>
      <code className="v">{valueText(left)}</code>
      <span>{spoken[operator] ?? operator}</span>
      <code>{valueText(right)}</code>
    </div>
  );
}

function placeOf({ via }: Candidate): string {
  const places = via.map(({ service, credential }) => {
    if (service !== undefined && credential !== undefined) return "this cell";
    if (service !== undefined) return "service";
    return credential !== undefined ? "credential" : "workspace";
  });
  return [...new Set(places)].join(", ");
}

function outcomeOf({ outcome, mode, determining, effect }: Candidate): { words: string; tone: string } {
  if (mode === "shadow" && outcome !== "not-matched")
    return { words: "Matched, not enforced", tone: "t-shadow" };
  if (determining)
    return {
      words: effect === "allow" ? "Allows it" : "Denies it",
      tone: effect === "allow" ? "t-allow" : "t-deny",
    };
  if (outcome === "failed") return { words: "Could not be judged", tone: "t-limited" };
  return outcome === "matched"
    ? { words: "Matched, outweighed", tone: "muted" }
    : { words: "No match", tone: "muted" };
}

/** Determining ones first, then what matched, then allows that did not, then denies that did not. */
function rank({ determining, outcome, effect }: Candidate): number {
  if (determining) return 0;
  if (outcome !== "not-matched") return 1;
  return effect === "allow" ? 2 : 3;
}

export interface CandidatesProps {
  candidates: readonly Candidate[];
  /** How many more there were. */
  omitted: number;
}

/** Every rule that could have had a say, and the first condition that each failed on. */
export function Candidates({ candidates, omitted }: CandidatesProps) {
  if (candidates.length === 0)
    return <p className="muted">No rule is attached where this call would meet it.</p>;
  const sorted = [...candidates].sort((one, other) => rank(one) - rank(other));
  return (
    <ul className="cands">
      {sorted.map((candidate) => {
        const { words, tone } = outcomeOf(candidate);
        return (
          <li key={candidate.id} className={clsx("cand", candidate.determining && "near")}>
            <div className="row">
              {candidate.id === "rule_draft" ? (
                <RuleChip
                  name={candidate.name}
                  effect={candidate.effect}
                  shadow={candidate.mode === "shadow"}
                />
              ) : (
                <PageLink className="rule-link" href={`/rules/${candidate.id}`}>
                  <RuleChip
                    name={candidate.name}
                    effect={candidate.effect}
                    shadow={candidate.mode === "shadow"}
                  />
                </PageLink>
              )}
              <span className="small faint nowrap">{placeOf(candidate)}</span>
              <span className="grow" />
              <span className={clsx("small nowrap", tone)}>{words}</span>
            </div>
            {candidate.failure !== null && <FailedCondition failure={candidate.failure} />}
          </li>
        );
      })}
      {omitted > 0 && (
        <li className="cand small muted">{omitted.toLocaleString("en")} more did not match.</li>
      )}
    </ul>
  );
}
