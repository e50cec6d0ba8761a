import { Shape } from "@/components/ui/words/shapes";

export interface StripProps {
  /** Version of the ruleset that every node applies. */
  rulesetVersion?: number | undefined;
  /** How many nodes apply it. */
  nodes?: number | undefined;
  /** How far recording is behind, seconds. */
  recordingLagSeconds?: number | undefined;
}

/** 28 px at the foot of the sheet: what is being enforced right now. */
export function Strip({ rulesetVersion, nodes, recordingLagSeconds }: StripProps) {
  return (
    <footer className="strip">
      {rulesetVersion !== undefined && (
        <span>
          <Shape name="allow" className="ok" />
          Enforcing ruleset <b>v{rulesetVersion}</b>
          {nodes !== undefined && ` on ${nodes} ${nodes === 1 ? "node" : "nodes"}`}
        </span>
      )}
      {recordingLagSeconds !== undefined && (
        <span>
          Recording, <b>{recordingLagSeconds.toFixed(1)} s</b> behind
        </span>
      )}
      <span className="grow" />
      <span>All times UTC</span>
    </footer>
  );
}
