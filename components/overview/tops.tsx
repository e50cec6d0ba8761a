import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";
import { Sparkline } from "@/components/charts/sparkline";
import { durationParts, percentText } from "@/components/overview/metrics";
import { PageLink } from "@/components/shell/page-link";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { CallsMeter } from "@/components/usage/calls-meter";
import { credentialHref } from "@/components/usage/credential-href";
import type { TopKey, TopService, UsageRange, UsageTotals } from "@/lib/usage/schema";

/** Shares from which a number is coloured. */
const loud = { denied: 0.05, errors: 0.02 } as const;

const rangeWords: Record<UsageRange, string> = { "24h": "24 hours", "7d": "7 days", "30d": "30 days" };

function Share({ share, from }: { share: number; from: number }) {
  return <td className={clsx("num", share >= from && "t-deny")}>{percentText(share)}%</td>;
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="pad muted">{children}</p>;
}

function mostOf(items: readonly { totals: UsageTotals }[]): number {
  return Math.max(0, ...items.map(({ totals }) => totals.requests));
}

/** The keys with the most calls. */
export function TopKeys({
  items,
  count,
  range,
}: {
  items: readonly TopKey[];
  count: number;
  range: UsageRange;
}) {
  const most = mostOf(items);
  return (
    <Plate
      title="Top keys"
      padded={false}
      aside={
        <Link href="/keys">{count === 1 ? "The one key" : `All ${count.toLocaleString("en")} keys`}</Link>
      }
    >
      {items.length === 0 ? (
        <Nothing>No key was used in this time.</Nothing>
      ) : (
        <DataTable label="Top keys" kind="plate">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col" className="top-spark">
                {rangeWords[range]}
              </th>
              <th scope="col" className="num">
                Requests
              </th>
              <th scope="col" className="num">
                Denied
              </th>
              <th scope="col" className="num">
                Errors
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ id, name, totals, spark }) => (
              <tr key={id}>
                <td className="top-name">
                  <Link className="plain" href={credentialHref(id)} title={name}>
                    {name}
                  </Link>
                </td>
                <td className="top-spark">
                  <Sparkline days={spark} size="plate" />
                </td>
                <td className="num">
                  <CallsMeter calls={totals.requests} most={most} />
                </td>
                <Share share={totals.deniedRate} from={loud.denied} />
                <Share share={totals.errorRate} from={loud.errors} />
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </Plate>
  );
}

/** The services with the most calls. */
export function TopServices({ items, count }: { items: readonly TopService[]; count: number }) {
  const most = mostOf(items);
  return (
    <Plate
      title="Top services"
      padded={false}
      aside={
        <PageLink href="/services">
          {count === 1 ? "The one service" : `All ${count.toLocaleString("en")} services`}
        </PageLink>
      }
    >
      {items.length === 0 ? (
        <Nothing>No service was called in this time.</Nothing>
      ) : (
        <DataTable label="Top services" kind="plate">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col" className="num">
                Requests
              </th>
              <th scope="col" className="num">
                Denied
              </th>
              <th scope="col" className="num">
                Errors
              </th>
              <th scope="col" className="num">
                p95
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ id, slug, visibility, totals }) => {
              const p95 = durationParts(totals.p95Us);
              return (
                <tr key={id}>
                  <td className="top-name">
                    <PageLink className="plain" href={`/services/${id}`} title={slug}>
                      {slug}
                    </PageLink>{" "}
                    {visibility && <span className="faint small">{visibility}</span>}
                  </td>
                  <td className="num">
                    <CallsMeter calls={totals.requests} most={most} />
                  </td>
                  <Share share={totals.deniedRate} from={loud.denied} />
                  <Share share={totals.errorRate} from={loud.errors} />
                  <td className="num">
                    {p95.value} {p95.unit}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </DataTable>
      )}
    </Plate>
  );
}
