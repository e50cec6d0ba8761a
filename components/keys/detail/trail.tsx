"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { auditWords } from "@/components/keys/detail/audit-words";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { hourText } from "@/components/ui/words/ahead";
import { useNow } from "@/components/ui/words/use-now";
import { dateText, momentText } from "@/components/ui/words/when";
import { audit } from "@/lib/client/records/decisions";
import type { AuditEntry } from "@/lib/events/schema";

const shown = 5;

function whenText(at: string, nowMs: number): string {
  return nowMs - Date.parse(at) < 86_400_000 ? hourText(at) : dateText(at, nowMs);
}

function Entry({ entry, nowMs }: { entry: AuditEntry; nowMs: number }) {
  return (
    <li>
      <time dateTime={entry.at} title={`${momentText(entry.at)} UTC`}>
        {whenText(entry.at, nowMs)}
      </time>
      <div>
        <p>{auditWords(entry, nowMs)}</p>
        <p className="small faint">
          {entry.actor.label} · entry {Number(entry.seq).toLocaleString("en")}
        </p>
      </div>
    </li>
  );
}

/** The newest of what was done to a key. */
export function TrailPlate({ keyId, onAll }: { keyId: string; onAll: () => void }) {
  const now = useNow();
  const { allowed } = usePermission("read:audit");
  const { data } = useInfiniteQuery({ ...audit.list({ subject: keyId }), enabled: allowed });
  if (!allowed) return null;
  const entries = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Plate
      title="Audit"
      padded={false}
      aside={
        <Button kind="ghost" size={28} aria-label="All audit entries" onClick={onAll}>
          All
        </Button>
      }
    >
      <ol className="pad trail">
        {entries.slice(0, shown).map((entry) => (
          <Entry key={entry.id} entry={entry} nowMs={now} />
        ))}
      </ol>
    </Plate>
  );
}

/** All that was done to a key, page by page into the past. */
export function TrailTable({ keyId }: { keyId: string }) {
  const now = useNow();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    audit.list({ subject: keyId }),
  );
  if (error && !data) return <QueryProblem things="The trail" error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingRows label="Loading the trail" height={36} />;
  const entries = data.pages.flatMap(({ items }) => items);
  return (
    <Plate
      padded={false}
      footer={
        hasNextPage ? <MoreButton busy={isFetchingNextPage} onMore={() => void fetchNextPage()} /> : undefined
      }
    >
      <DataTable label="Audit trail" kind="plate" cards>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col">Who</th>
            <th scope="col">From</th>
            <th scope="col" className="num">
              Entry
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td data-label="Time">
                <time dateTime={entry.at}>{momentText(entry.at)}</time>
              </td>
              <td data-label="What">{auditWords(entry, now)}</td>
              <td data-label="Who">{entry.actor.label}</td>
              <td data-label="From">
                {entry.address === null ? <span className="faint">—</span> : <code>{entry.address}</code>}
              </td>
              <td data-label="Entry" className="num">
                {Number(entry.seq).toLocaleString("en")}
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </Plate>
  );
}

function MoreButton({ busy, onMore }: { busy: boolean; onMore: () => void }) {
  return (
    <Button size={28} busy={busy && "Loading"} onClick={onMore}>
      Older
    </Button>
  );
}
