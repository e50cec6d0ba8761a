"use client";
import Link from "next/link";
import { ruleOf } from "@/components/rules/draft/base";
import { useMemberName } from "@/components/rules/member-name";
import { placeText } from "@/components/rules/places";
import { sentenceText } from "@/components/rules/sentence";
import { DataTable } from "@/components/ui/table/data-table";
import { Tag } from "@/components/ui/tag";
import { Ago } from "@/components/ui/words/ago";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import type { StoredRule } from "@/lib/rules/schema";

/** One row a rule: what it does, how earnestly, where, and who changed it last. */
export function RuleTable({ items }: { items: readonly StoredRule[] }) {
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
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {items.map((rule) => (
          <tr key={rule.id} className={rule.mode === "off" ? "quiet" : undefined}>
            <td>
              <div className="cell-name">
                <Link href={`/rules/${rule.id}`} title={rule.name}>
                  {rule.name}
                </Link>
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
            <td data-label="Changed" className="c-changed">
              <span className="row muted">
                <span className="trunc" title={nameOf(rule.updatedBy)}>
                  {nameOf(rule.updatedBy)}
                </span>
                <span className="nowrap">
                  <Ago at={rule.updatedAt} />
                </span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function Mode({ of }: { of: StoredRule["mode"] }) {
  if (of === "enforce") return <span className="muted">Enforce</span>;
  return <Tag tone={of === "shadow" ? "shadow" : "plain"}>{of === "shadow" ? "Shadow" : "Off"}</Tag>;
}

function Places({ rule: { attachments } }: { rule: StoredRule }) {
  const [first] = attachments;
  if (first === undefined) return <span className="t-limited">nothing yet</span>;
  return (
    <span className="nowrap" title={attachments.map(placeText).join(", ")}>
      {placeText(first)}
      {attachments.length > 1 && <span className="faint"> +{attachments.length - 1}</span>}
    </span>
  );
}
