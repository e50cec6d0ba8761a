"use client";
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { compactText } from "@/components/charts/prepare";
import { StackedBars } from "@/components/charts/stacked-bars";
import { BySecret, ByService } from "@/components/keys/detail/calls-by";
import { statusWords } from "@/components/keys/detail/status-words";
import { shareText } from "@/components/keys/rotation/traffic";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Plate } from "@/components/ui/plate";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { DataTable } from "@/components/ui/table/data-table";
import { RouteText } from "@/components/ui/words/chips";
import { durationText } from "@/components/ui/words/when";
import { usage } from "@/lib/client/records/usage";
import type { KeyUsage, UsageRange } from "@/lib/usage/schema";

/** The spans that usage can be looked at over. */
export const ranges = [
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 d" },
  { value: "30d", label: "30 d" },
] as const satisfies readonly { value: UsageRange; label: string }[];

const most = 8;

function ByStatus({ data }: { data: KeyUsage }) {
  const all = Math.max(
    1,
    data.byStatus.reduce((sum, { calls }) => sum + calls, 0),
  );
  const rows = [...data.byStatus].sort((one, other) => other.calls - one.calls).slice(0, most);
  return (
    <Plate title="By status" padded={false}>
      {rows.length === 0 && <p className="pad muted">No calls in this time.</p>}
      {rows.length > 0 && (
        <DataTable label="Calls by status" kind="plate">
          <tbody>
            {rows.map(({ status, calls }) => {
              const { text, tone } = statusWords(status);
              return (
                <tr key={status}>
                  <td>
                    <span className="row">
                      <i className={clsx("sw", tone)} />
                      <code>{status}</code> <span className="muted">{text}</span>
                    </span>
                  </td>
                  <td className="num">{calls.toLocaleString("en")}</td>
                  <td className="num muted">{shareText(calls / all)}</td>
                </tr>
              );
            })}
          </tbody>
        </DataTable>
      )}
    </Plate>
  );
}

/** Calls that no rule with a route judged: named by their service. */
function NoRoute({ method, service }: { method: string; service: string | null }) {
  return (
    <span className="route">
      <b>{method}</b>
      {service ?? "verify"} <span className="var">no route</span>
    </span>
  );
}

function ByRoute({ data }: { data: KeyUsage }) {
  const rows = [...data.byRoute].sort((one, other) => other.calls - one.calls).slice(0, most);
  return (
    <Plate title="By route" aside="p95" padded={false}>
      {rows.length === 0 && <p className="pad muted">No calls in this time.</p>}
      {rows.length > 0 && (
        <DataTable label="Calls by route" kind="plate" className="by-route">
          <tbody>
            {rows.map(({ method, route, service, calls, p95Us }) => (
              <tr key={`${method} ${service ?? ""} ${route ?? ""}`}>
                <td className="trunc" title={service ?? undefined}>
                  {route === null ? (
                    <NoRoute method={method} service={service} />
                  ) : (
                    <RouteText method={method} path={route} />
                  )}
                </td>
                <td className="num">{compactText(calls)}</td>
                <td className="num muted">{p95Us === null ? "—" : durationText(p95Us)}</td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </Plate>
  );
}

/** A key's calls over time, by status and by route. */
export function Calls({
  keyId,
  range,
  onRange,
}: {
  keyId: string;
  range: UsageRange;
  onRange: (range: UsageRange) => void;
}) {
  const { data, error, refetch } = useQuery(usage.ofKey(keyId, range));
  return (
    <>
      <Plate
        title="Calls"
        padded={false}
        aside={<SegmentedControl label="Range" options={ranges} value={range} onChange={onRange} />}
      >
        <div className="pad traffic-chart snug">
          {error && !data && <QueryProblem things="Calls" error={error} onRetry={() => void refetch()} />}
          {!data && !error && <LoadingRows label="Loading calls" rows={4} height={44} />}
          {data?.totals.requests === 0 && (
            <p className="muted no-calls">
              Nothing called with this key in this time. Calls are counted within seconds, allowed or not.
            </p>
          )}
          {data && (
            <StackedBars
              label="Calls by outcome"
              bucketSeconds={data.bucketSeconds}
              height={160}
              columns={data.series.map(({ at, ok, limited, denied, error: failed }) => ({
                at,
                values: [ok, limited, denied, failed],
              }))}
            />
          )}
        </div>
      </Plate>
      {data && (
        <div className="two">
          <ByStatus data={data} />
          <ByRoute data={data} />
          <ByService data={data} />
          <BySecret data={data} />
        </div>
      )}
    </>
  );
}
