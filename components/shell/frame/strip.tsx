"use client";
import { useQuery } from "@tanstack/react-query";
import { shellFacts } from "@/components/shell/frame/facts";
import type { ShellFacts } from "@/components/shell/frame/facts-answer";
import { Shape } from "@/components/ui/words/shapes";

/** 28 px at the foot of the sheet: what is being enforced right now, and whether it is being recorded. */
export function Strip({ facts }: { facts: ShellFacts }) {
  const { strip } = useQuery(shellFacts(facts)).data;
  const { rulesetVersion, nodes, recordingLagSeconds, recordsLost, verifiedTo } = strip;
  return (
    <footer className="strip">
      {rulesetVersion === undefined ? (
        <span className="t-deny">
          <Shape name="deny" className="ok" />
          No ruleset, nothing is let through
        </span>
      ) : (
        <span>
          <Shape name="allow" className="ok" />
          Enforcing ruleset <b>v{rulesetVersion}</b>
          {nodes !== undefined && ` on ${nodesText(nodes)}`}
        </span>
      )}
      <span>
        Recording, <b>{recordingLagSeconds.toFixed(1)} s</b> behind
      </span>
      {recordsLost > 0 && (
        <span className="t-deny">
          <Shape name="error" className="ok" />
          {recordsLost.toLocaleString("en")} records lost
        </span>
      )}
      <span className="grow" />
      {verifiedTo !== undefined && (
        <span>
          Audit chain verified to entry <b>{verifiedTo.toLocaleString("en")}</b>
        </span>
      )}
      <span>All times UTC</span>
    </footer>
  );
}

/** `2 nodes`, or `1 of 2 nodes` while one is still behind. */
function nodesText({ all, applied }: NonNullable<ShellFacts["strip"]["nodes"]>): string {
  const counted = all === 1 ? "1 node" : `${all} nodes`;
  return applied === all ? counted : `${applied} of ${counted}`;
}
