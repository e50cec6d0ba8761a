"use client";
import Link from "next/link";
import { ruleOf } from "@/components/rules/draft/base";
import { findingWords } from "@/components/rules/findings/words";
import { useMemberName } from "@/components/rules/member-name";
import { placeText } from "@/components/rules/places";
import { sentenceText } from "@/components/rules/sentence";
import { DataTable } from "@/components/ui/table/data-table";
import { Tag } from "@/components/ui/tag";
import { Ago } from "@/components/ui/words/ago";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import type { Finding, ListedRule } from "@/lib/rules/findings/schema";

export interface RuleTableProps {
  items: readonly ListedRule[];
  /** What may be odd, by a rule's id. */
  findings: ReadonlyMap<string, Finding>;
}

/** One row a rule: what it does, how earnestly, where, how often it mattered, and when it was changed last. */
export function RuleTable({ items, findings }: RuleTableProps) {
  const nameOf = useMemberName();
  return (
    <DataTable label="Rules" cards className="rules-table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Effect</th>
          <th scope="col">Mode</th>
          <th scope="col">Attached to</th>
          <th scope="col">In one sentence</th>
          <th scope="col" className="num">
            Hits, 7 d
          </th>
          <th scope="col">Last matched</th>
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {items.map((rule) => (
          <tr key={rule.id} className={rule.mode === "off" ? "quiet" : undefined}>
            <td>
              <div className="cell-name row">
                <Link href={`/rules/${rule.id}`} title={rule.name}>
                  {rule.name}
                </Link>
                <Odd finding={findings.get(rule.id)} />
              </div>
            </td>
            <td data-label="Effect">
              <VerdictWord verdict={rule.effect} />
            </td>
            <td data-label="Mode">
              <Mode of={rule.mode} />
            </td>
            <td data-label="Attached to">
              <Places rule={rule} />
            </td>
            <td className="c-sentence" title={sentenceText(ruleOf(rule), rule.attachments)}>
              <span className="trunc">{sentenceText(ruleOf(rule), rule.attachments)}</span>
            </td>
            <td data-label="Hits, 7 d" className="num">
              <Hits rule={rule} />
            </td>
            <td data-label="Last matched" className="muted nowrap">
              <LastMatched at={rule.matches?.lastMatchedAt ?? null} />
            </td>
            <td data-label="Changed" className="muted nowrap" title={`by ${nameOf(rule.updatedBy)}`}>
              <Ago at={rule.updatedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

/** What is worth a look, in two words; the whole of it is the title. */
function Odd({ finding }: { finding: Finding | undefined }) {
  if (finding === undefined || finding.kind === "never-matched") return null;
  const { short, tone } = findingWords[finding.kind];
  return (
    <Link href={`/rules?finding=${finding.kind}`} title={finding.reason}>
      <Tag tone={tone}>{short}</Tag>
    </Link>
  );
}

/** How often it determined a verdict, and the way to those decisions. */
function Hits({ rule: { name, matches, mode } }: { rule: ListedRule }) {
  const hits = matches?.matches7d ?? 0;
  if (hits === 0) return <span className="faint">0</span>;
  if (mode !== "enforce") return <>{hits.toLocaleString("en")}</>;
  return (
    <Link href={`/decisions?view=history&rule=${encodeURIComponent(name)}`}>{hits.toLocaleString("en")}</Link>
  );
}

function LastMatched({ at }: { at: string | null }) {
  return at === null ? <span className="faint">never</span> : <Ago at={at} />;
}

function Mode({ of }: { of: ListedRule["mode"] }) {
  if (of === "enforce") return <span className="muted">Enforce</span>;
  return <Tag tone={of === "shadow" ? "shadow" : "plain"}>{of === "shadow" ? "Shadow" : "Off"}</Tag>;
}

function Places({ rule: { attachments } }: { rule: ListedRule }) {
  const [first] = attachments;
  if (first === undefined) return <span className="t-limited">nothing yet</span>;
  return (
    <span className="nowrap" title={attachments.map(placeText).join(", ")}>
      {placeText(first)}
      {attachments.length > 1 && <span className="faint"> +{attachments.length - 1}</span>}
    </span>
  );
}
