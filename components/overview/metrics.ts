import { compactCount } from "@/components/charts/prepare";
import type { Overview, UsageBucket, UsageRange } from "@/lib/usage/schema";

/** The four numbers of the overview; each is the tab of one chart. */
export const metricIds = ["requests", "denied", "errors", "p95"] as const;
export type MetricId = (typeof metricIds)[number];

/** One number as it is read: `4.82` and `M`, what became of it, and its line. */
export interface Metric {
  id: MetricId;
  label: string;
  value: string;
  unit: string;
  /** Against the period before, in words. */
  delta: string;
  /** Worse, and by so much that it should be seen. */
  isBad: boolean;
  /** One per bucket; null where nothing was measured. */
  line: readonly (number | null)[];
}

const before: Record<UsageRange, string> = {
  "24h": "the day before",
  "7d": "last week",
  "30d": "the 30 d before",
};

/** A count against the one before: `6.1% more`, `3.4× last week`. */
export function countDelta({ now, past, range }: { now: number; past: number; range: UsageRange }): string {
  if (past === 0) return now === 0 ? "as before" : "none before";
  const ratio = now / past;
  if (ratio >= 2) return `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)}× ${before[range]}`;
  const percent = Math.abs(ratio - 1) * 100;
  if (percent < 0.05) return "as before";
  return `${percent.toFixed(percent < 10 ? 1 : 0)}% ${ratio > 1 ? "more" : "less"}`;
}

/** A share from 0 to 1 in percent, with as many digits as it needs: `0.25`, `3.1`, `42`. */
export function percentText(share: number): string {
  const percent = share * 100;
  return percent === 0 ? "0" : percent < 1 ? percent.toFixed(2) : percent.toFixed(percent < 10 ? 1 : 0);
}

/** Microseconds as number and unit. */
export function durationParts(us: number | null): { value: string; unit: string } {
  if (us === null) return { value: "—", unit: "" };
  if (us < 1_000) return { value: String(Math.round(us)), unit: "µs" };
  const [size, unit] = us < 1_000_000 ? [us / 1_000, "ms"] : [us / 1_000_000, "s"];
  return { value: size < 10 ? size.toFixed(1) : String(Math.round(size)), unit };
}

function durationDelta(now: number | null, past: number | null): string {
  if (now === null || past === null) return past === null ? "none before" : "no calls";
  const change = durationParts(Math.abs(now - past));
  return now === past ? "as before" : `${change.value} ${change.unit} ${now > past ? "more" : "less"}`;
}

function shareDelta(now: number, past: number | null): string {
  if (past === null) return "none before";
  const points = Math.abs(now - past) * 100;
  return points < 0.005 ? "as before" : `${points.toFixed(2)} ${now > past ? "more" : "less"}`;
}

/** All calls of a bucket. */
export function callsOf({ ok, limited, denied, error }: UsageBucket): number {
  return ok + limited + denied + error;
}

/** Share of a bucket's calls that failed upstream; null without calls. */
export function errorShare(bucket: UsageBucket): number | null {
  const calls = callsOf(bucket);
  return calls === 0 ? null : bucket.error / calls;
}

/** A count whole below a million, as there is room for it. */
function metricCount(count: number): { value: string; unit: string } {
  return count < 1_000_000 ? { value: count.toLocaleString("en"), unit: "" } : compactCount(count);
}

/** The four metrics of an overview, in their order. */
export function metricsOf({ totals, previous, series, range }: Overview): Metric[] {
  const p95 = durationParts(totals.p95Us);
  const requests = metricCount(totals.requests);
  const denied = metricCount(totals.denied);
  return [
    {
      id: "requests",
      label: "Requests",
      ...requests,
      isBad: false,
      line: series.map(callsOf),
      delta: countDelta({ now: totals.requests, past: previous.requests, range }),
    },
    {
      id: "denied",
      label: "Denied",
      ...denied,
      isBad: previous.denied > 0 && totals.denied >= 2 * previous.denied,
      line: series.map((bucket) => bucket.denied),
      delta: countDelta({ now: totals.denied, past: previous.denied, range }),
    },
    {
      id: "errors",
      label: "Error rate",
      value: percentText(totals.errorRate),
      unit: "%",
      isBad: totals.errorRate - previous.errorRate >= 0.01,
      line: series.map(errorShare),
      delta: shareDelta(totals.errorRate, previous.requests === 0 ? null : previous.errorRate),
    },
    {
      id: "p95",
      label: "p95",
      ...p95,
      isBad: previous.p95Us !== null && (totals.p95Us ?? 0) >= 1.5 * previous.p95Us,
      line: series.map((bucket) => bucket.p95Us),
      delta: durationDelta(totals.p95Us, previous.p95Us),
    },
  ];
}
