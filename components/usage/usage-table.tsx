"use client";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { ListFilter } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { compactText } from "@/components/charts/prepare";
import { Sparkline } from "@/components/charts/sparkline";
import { percentText } from "@/components/overview/metrics";
import { useSide } from "@/components/shell/side";
import { CallsMeter } from "@/components/usage/calls-meter";
import { credentialHref } from "@/components/usage/credential-href";
import { restOf, sortedGroups, sparkOf, type UsageGroupRow, type UsageSort } from "@/components/usage/groups";
import type { UsageSplit } from "@/components/usage/question";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { DataTable, SortHead } from "@/components/ui/table/data-table";
import { RouteText } from "@/components/ui/words/chips";
import { durationText } from "@/components/ui/words/when";
import { names } from "@/lib/client/names";
import { isSubjectId } from "@/lib/issuers/format";
import type { Usage, UsageTotals } from "@/lib/usage/schema";

export interface UsageTableProps {
  usage: Usage;
  split: UsageSplit;
  sort: UsageSort;
  onSort: (sort: UsageSort) => void;
  /** Shows the calls of one row alone; absent for what cannot be narrowed to. */
  onOnly?: ((id: string) => void) | undefined;
  /** Name of the workspace, for calls of no customer. */
  workspace: string;
}

/** Shares of denied and failed calls from which a number is coloured. */
const loud = { denied: 0.05, error: 0.02 } as const;

const heads: readonly { sort: UsageSort; label: string }[] = [
  { sort: "requests", label: "Calls" },
  { sort: "limited", label: "Limited" },
  { sort: "denied", label: "Denied" },
  { sort: "error", label: "Errors" },
  { sort: "p95Us", label: "p95" },
  { sort: "cost", label: "Cost" },
];

const splitWords: Record<UsageSplit, string> = {
  key: "Key",
  customer: "Customer",
  service: "Service",
  route: "Route",
  status: "Status",
};

const statusWords: Readonly<Record<string, string>> = {
  "2xx": "answered",
  "3xx": "sent elsewhere",
  "4xx": "refused",
  "5xx": "failed",
};

function RowName({ row, split, workspace }: { row: UsageGroupRow; split: UsageSplit; workspace: string }) {
  const services = useQuery({ ...names.services(), enabled: split === "route" });
  const isProvider = useSide() === "workspace";
  const { id, name, route } = row;
  const gone = <code className="faint">{id}</code>;
  switch (split) {
    case "key":
      if (id === null) return <span className="faint">No key</span>;
      return (
        <>
          <Link className="plain" href={credentialHref(id)} title={name ?? id}>
            {name ?? gone}
          </Link>
          {isSubjectId(id) && <span className="faint small"> JWT</span>}
        </>
      );
    case "customer":
      if (id === null)
        return (
          <>
            {workspace} <span className="faint small">your own</span>
          </>
        );
      return (
        <Link className="plain" href={`/customers/${id}`} title={name ?? id}>
          {name ?? gone}
        </Link>
      );
    case "service":
      if (id === null) return <span className="faint">Verify and checks, no service</span>;
      if (!isProvider) return name ?? gone;
      return (
        <Link className="plain" href={`/services/${id}`} title={name ?? id}>
          {name ?? gone}
        </Link>
      );
    case "route": {
      const slug = services.data?.items.find((one) => one.id === route?.service)?.slug;
      return (
        <>
          {route?.route ? (
            <RouteText method={route.method} path={route.route} />
          ) : (
            <span className="route">
              <b>{route?.method}</b> <span className="var">no route</span>
            </span>
          )}{" "}
          {slug !== undefined && <span className="faint small">{slug}</span>}
        </>
      );
    }
    case "status":
      return (
        <>
          <code>{name}</code> <span className="muted">{statusWords[name ?? ""]}</span>
        </>
      );
  }
}

/** A count with its share of the row's calls, coloured from `from` on. */
function Part({ label, calls, of, from = 2 }: { label: string; calls: number; of: number; from?: number }) {
  const share = of === 0 ? 0 : calls / of;
  return (
    <td data-label={label} className={clsx("num", share >= from && "t-deny", calls === 0 && "faint")}>
      <span className="nowrap">
        {compactText(calls)}
        <span className="share">{calls > 0 && `${percentText(share)}%`}</span>
      </span>
    </td>
  );
}

type Numbers = Pick<UsageTotals, "requests" | "limited" | "denied" | "error" | "cost"> & {
  p95Us?: number | null;
};

function Cells({ totals, calls }: { totals: Numbers; calls: ReactNode }) {
  const { requests, limited, denied, error, p95Us, cost } = totals;
  return (
    <>
      <td data-label="Calls" className="num">
        {calls}
      </td>
      <Part label="Limited" calls={limited} of={requests} />
      <Part label="Denied" calls={denied} of={requests} from={loud.denied} />
      <Part label="Errors" calls={error} of={requests} from={loud.error} />
      <td data-label="p95" className="num">
        {p95Us === undefined || p95Us === null ? <span className="faint">—</span> : durationText(p95Us)}
      </td>
      <td data-label="Cost" className="num">
        {compactText(cost)}
      </td>
    </>
  );
}

function GroupRow({ row, most, props }: { row: UsageGroupRow; most: number; props: UsageTableProps }) {
  const { split, workspace, onOnly } = props;
  const { id, name, totals } = row;
  return (
    <tr>
      <td className="usage-name">
        <RowName row={row} split={split} workspace={workspace} />
      </td>
      <td className="usage-spark">
        <Sparkline days={sparkOf(row)} size="plate" />
      </td>
      <Cells totals={totals} calls={<CallsMeter calls={totals.requests} most={most} />} />
      <td className="usage-only">
        {onOnly && id !== null && (
          <IconButton
            kind="ghost"
            size={28}
            label={`Only ${name ?? id}`}
            icon={<Icon of={ListFilter} />}
            onClick={() => onOnly(id)}
          />
        )}
      </td>
    </tr>
  );
}

/** Calls by one thing, with what is beyond the listed ones and the totals of everything. */
export function UsageTable(props: UsageTableProps) {
  const { usage, split, sort, onSort } = props;
  const rest = restOf(usage);
  const most = Math.max(0, ...usage.groups.map(({ totals }) => totals.requests));
  return (
    <DataTable
      label={`Usage by ${splitWords[split].toLowerCase()}`}
      kind="plate"
      cards
      className="usage-table"
    >
      <thead>
        <tr>
          <th scope="col">{splitWords[split]}</th>
          <th scope="col" className="usage-spark">
            <span className="vh">Over time</span>
          </th>
          {heads.map(({ sort: by, label }) => (
            <SortHead
              key={by}
              numeric
              sorted={sort === by ? "descending" : undefined}
              onSort={() => onSort(by)}
            >
              {label}
            </SortHead>
          ))}
          <th scope="col" className="usage-only">
            <span className="vh">Narrow</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sortedGroups(usage.groups, sort).map((row) => (
          <GroupRow key={`${row.id} ${row.name} ${row.route?.service}`} row={row} most={most} props={props} />
        ))}
        {rest && (
          <tr>
            <td className="usage-name muted">All others</td>
            <td className="usage-spark" />
            <Cells totals={rest} calls={compactText(rest.requests)} />
            <td className="usage-only" />
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" className="usage-name">
            All calls
          </th>
          <td className="usage-spark" />
          <Cells totals={usage.totals} calls={usage.totals.requests.toLocaleString("en")} />
          <td className="usage-only" />
        </tr>
      </tfoot>
    </DataTable>
  );
}
