"use client";
import { clsx } from "clsx";
import { DataTable } from "@/components/ui/table/data-table";
import { clockText, dateText, momentText } from "@/components/ui/words/when";
import { useNow } from "@/components/ui/words/use-now";
import type { AuditEntry } from "@/lib/events/schema";

export interface AuditTableProps {
  rows: readonly AuditEntry[];
  openId: string | null;
  /** Rows of a place behind this one came while the page was open. */
  arrivedBehind: number;
  onOpen: (id: string) => void;
}

/** Entries in the order of the chain, newest first. */
export function AuditTable({ rows, openId, arrivedBehind, onOpen }: AuditTableProps) {
  const now = useNow();
  return (
    <DataTable label="Audit trail, newest first" kind="stream" cards className="aud-table">
      <thead>
        <tr>
          <th scope="col" className="num">
            Place
          </th>
          <th scope="col">Time</th>
          <th scope="col">Action</th>
          <th scope="col">Subject</th>
          <th scope="col">Actor</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            nowMs={now}
            open={row.id === openId}
            arriving={(row.position ?? 0) > arrivedBehind}
            onOpen={() => onOpen(row.id)}
          />
        ))}
      </tbody>
    </DataTable>
  );
}

interface RowProps {
  row: AuditEntry;
  nowMs: number;
  open: boolean;
  arriving: boolean;
  onOpen: () => void;
}

function Row({ row, nowMs, open, arriving, onOpen }: RowProps) {
  const { position, at, action, subject, actor, address, count, erasedAt } = row;
  return (
    <tr
      className={clsx(open && "open", arriving && "arriving")}
      aria-current={open ? "true" : undefined}
      onClick={onOpen}
    >
      <td className="num" data-label="Place">
        {position === null ? <span className="faint">–</span> : position.toLocaleString("en")}
      </td>
      <td data-label="Time">
        <time dateTime={at} title={`${momentText(at)} UTC`} suppressHydrationWarning>
          <span className="muted">{dateText(at, nowMs)}</span> <code>{clockText(at).slice(0, 8)}</code>
        </time>
      </td>
      <td data-label="Action">
        <button
          type="button"
          className="aud-open"
          aria-expanded={open}
          onClick={(event) => {
            event.stopPropagation();
            onOpen();
          }}
        >
          {action}
        </button>
        {count > 1 && <span className="small faint"> × {count.toLocaleString("en")}</span>}
      </td>
      <td data-label="Subject">
        {subject === null ? (
          <span className="faint">–</span>
        ) : (
          <code className="trunc" title={subject}>
            {subject}
          </code>
        )}
      </td>
      <td data-label="Actor">
        <span className={clsx("trunc", erasedAt !== null && "faint")} title={actor.label}>
          {actor.label}
        </span>
      </td>
      <td data-label="From">
        {address === null ? <span className="faint">–</span> : <code>{address}</code>}
      </td>
    </tr>
  );
}
