"use client";
import { clsx } from "clsx";
import Link from "next/link";
import { type SparkDay } from "@/components/charts/prepare";
import { Sparkline } from "@/components/charts/sparkline";
import { expiresSoon, isOver, shortId, statusOf } from "@/components/keys/key-state";
import { KeyMenu } from "@/components/keys/list/key-menu";
import { OverlapRow } from "@/components/keys/list/overlap-row";
import { MaskedKey } from "@/components/keys/masked-key";
import { Checkbox } from "@/components/ui/form/choice";
import { NameCell } from "@/components/ui/table/data-table";
import { untilText } from "@/components/ui/words/ahead";
import { Ago } from "@/components/ui/words/ago";
import { ScopeList } from "@/components/ui/words/chips";
import { StatusWord } from "@/components/ui/words/status-word";
import { dateText, momentText } from "@/components/ui/words/when";
import type { Key } from "@/lib/keys/schema";

/** Columns of the table of keys, for what spans them. */
export const keyColumns = 10;

const restDays: readonly SparkDay[] = Array.from({ length: 30 }, () => ({ ok: 0, bad: 0 }));

export interface KeyRowProps {
  subject: Key;
  /** Name of the workspace, the holder of keys that belong to no customer. */
  workspace: string;
  days: readonly SparkDay[] | undefined;
  selected: boolean;
  onSelect: (selected: boolean) => void;
  nowMs: number;
}

function Expiry({ subject, nowMs }: { subject: Key; nowMs: number }) {
  const { expiresAt } = subject;
  if (subject.status === "revoked") return "—";
  if (expiresAt === null) return "Never";
  const words = expiresSoon(subject, nowMs) ? untilText(expiresAt, nowMs) : dateText(expiresAt, nowMs);
  return (
    <time dateTime={expiresAt} title={`${momentText(expiresAt)} UTC`} suppressHydrationWarning>
      {words}
    </time>
  );
}

/** One key, and its overlap below it while one runs. */
export function KeyRow({ subject, workspace, days, selected, onSelect, nowMs }: KeyRowProps) {
  const { rotation } = subject;
  const soon = expiresSoon(subject, nowMs);
  const holder = subject.customerName ?? subject.customerExternalId;
  return (
    <>
      <tr
        data-key={subject.id}
        className={clsx(
          selected && "sel",
          (isOver(subject) || subject.status === "disabled") && "quiet",
          rotation && "rotating",
        )}
      >
        <td className="c-check">
          <Checkbox
            aria-label={`Select ${subject.name}`}
            checked={selected}
            onChange={(event) => onSelect(event.target.checked)}
          />
        </td>
        <td className="c-name">
          <NameCell
            name={
              <Link href={`/keys/${subject.id}`} title={subject.name}>
                {subject.name}
              </Link>
            }
            id={shortId(subject.id)}
          />
        </td>
        <td className="c-key">
          <MaskedKey masked={subject.masked} spent={isOver(subject)} />
        </td>
        <td className="c-cust">
          <span className={clsx("trunc", holder === null && "faint")} title={holder ?? workspace}>
            {holder ?? workspace}
          </span>
        </td>
        <td className="c-scopes">
          <ScopeList scopes={subject.grant} most={2} />
        </td>
        <td className="c-spark">
          <Sparkline days={days ?? restDays} />
        </td>
        <td className="c-status">
          <StatusWord status={statusOf(subject, nowMs)} />
        </td>
        <td className="c-used">{subject.lastUsedAt === null ? "never" : <Ago at={subject.lastUsedAt} />}</td>
        <td className={clsx("c-exp", soon && "t-limited")}>
          <Expiry subject={subject} nowMs={nowMs} />
        </td>
        <td className="c-more">
          <KeyMenu subject={subject} place="row" />
        </td>
      </tr>
      {rotation && <OverlapRow subject={subject} rotation={rotation} columns={keyColumns} />}
    </>
  );
}
