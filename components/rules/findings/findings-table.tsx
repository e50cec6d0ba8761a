"use client";
import Link from "next/link";
import { chosenFindings, type FindingChoice, findingWords } from "@/components/rules/findings/words";
import { NoMatch } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";
import { DataTable } from "@/components/ui/table/data-table";
import { Tag } from "@/components/ui/tag";
import { untilText } from "@/components/ui/words/ahead";
import { Ago } from "@/components/ui/words/ago";
import { RuleChip } from "@/components/ui/words/chips";
import { useNow } from "@/components/ui/words/use-now";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import type { Finding } from "@/lib/rules/findings/schema";

export interface FindingsTableProps {
  items: readonly Finding[];
  chosen: FindingChoice;
  /** Findings beyond those. */
  omitted: number;
}

/** One row a finding: the rule, what is odd about it, and which other rule is the reason. */
export function FindingsTable({ items, chosen, omitted }: FindingsTableProps) {
  const shown = chosenFindings(items, chosen);
  if (shown.length === 0)
    return (
      <NoMatch
        title="Nothing of that kind"
        text="No rule is odd in this way now."
        actions={<ButtonLink href="/rules">All rules</ButtonLink>}
      />
    );
  return (
    <>
      <DataTable label="Findings" cards className="rules-table">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Effect</th>
            <th scope="col">Finding</th>
            <th scope="col">Why</th>
            <th scope="col">Other rule</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((finding) => (
            <tr key={`${finding.rule.id} ${finding.kind}`}>
              <td>
                <div className="cell-name">
                  <Link href={`/rules/${finding.rule.id}`} title={finding.rule.name}>
                    {finding.rule.name}
                  </Link>
                </div>
              </td>
              <td data-label="Effect">
                <VerdictWord verdict={finding.rule.effect} />
              </td>
              <td data-label="Finding">
                <Tag tone={findingWords[finding.kind].tone}>{findingWords[finding.kind].short}</Tag>
              </td>
              <td className="c-sentence" title={finding.reason}>
                <span className="trunc">{finding.reason}</span>
              </td>
              <td data-label="Other rule">
                {finding.by === null ? (
                  <span className="faint">–</span>
                ) : (
                  <Link className="rule-link" href={`/rules/${finding.by.id}`}>
                    <RuleChip
                      name={finding.by.name}
                      effect={finding.kind === "covered" ? "deny" : finding.rule.effect}
                    />
                  </Link>
                )}
              </td>
              <td data-label="When" className="nowrap muted">
                <When finding={finding} />
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {omitted > 0 && (
        <p className="small muted find-more">{omitted.toLocaleString("en")} more findings are not listed.</p>
      )}
    </>
  );
}

function When({ finding: { kind, at } }: { finding: Finding }) {
  const now = useNow();
  if (at === null) return kind === "never-matched" ? "never matched" : <span className="faint">–</span>;
  if (kind === "expires-soon") return <span suppressHydrationWarning>stops {untilText(at, now)}</span>;
  return (
    <>
      {kind === "expired" ? "stopped " : "matched "}
      <Ago at={at} />
    </>
  );
}
