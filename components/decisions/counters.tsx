"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Shape } from "@/components/ui/words/shapes";
import { decisions } from "@/lib/client/records/decisions";
import type { DecisionBucket, DecisionSummary } from "@/lib/events/schema";

const spark = { bar: 2, step: 3, height: 32 };

/** One bar a span, snapped to whole pixels; a span with anything in it keeps 2 px. */
function sparkPath(values: readonly number[]): string {
  const top = Math.max(...values, 0);
  return values
    .map((value, at) => {
      const height = value <= 0 ? 0 : Math.max(2, Math.round((value / top) * (spark.height - 4)));
      return height === 0 ? "" : `M${at * spark.step} ${spark.height}v${-height}h${spark.bar}v${height}z`;
    })
    .join("");
}

/** A rate in at most three figures: 184, 3.1, 0.02. */
function rateText(rate: number): string {
  if (rate === 0) return "0";
  if (rate >= 10) return Math.round(rate).toLocaleString("en");
  return rate >= 1 ? rate.toFixed(1) : rate.toFixed(2);
}

function averageText(us: number | null): string {
  if (us === null) return "–";
  const ms = us / 1_000;
  return ms < 10 ? ms.toFixed(2) : Math.round(ms).toLocaleString("en");
}

interface CounterProps {
  label: ReactNode;
  value: string;
  unit: string;
  values: readonly number[];
  tone: string;
}

function Counter({ label, value, unit, values, tone }: CounterProps) {
  return (
    <div className="counter">
      <span className="c-label">{label}</span>
      <span className="c-val">
        {value}
        <small>{unit}</small>
      </span>
      <svg
        viewBox={`0 0 ${values.length * spark.step} ${spark.height}`}
        preserveAspectRatio="none"
        className={`c-spark ${tone}`}
        aria-hidden="true"
      >
        <path d={sparkPath(values)} />
      </svg>
    </div>
  );
}

const none: DecisionSummary = {
  windowSeconds: 300,
  bucketSeconds: 5,
  perSecond: { allowed: 0, denied: 0, limited: 0 },
  ourAverageUs: null,
  series: [],
};

const verdicts = [
  { name: "allowed", label: "Allowed", shape: "allow" },
  { name: "denied", label: "Denied", shape: "deny" },
  { name: "limited", label: "Limited", shape: "limited" },
] as const;

/** How much was allowed, denied and limited a second over the last five minutes, and Latchkey's own share of the time. */
export function Counters({ still }: { still: boolean }) {
  const summary = useQuery({ ...decisions.summary(), ...(still ? { refetchInterval: false } : {}) });
  const { perSecond, series, ourAverageUs } = summary.data ?? none;
  const values = (read: (bucket: DecisionBucket) => number) => series.map(read);
  return (
    <div className="counters" role="group" aria-label="Last 5 minutes">
      {verdicts.map(({ name, label, shape }) => (
        <Counter
          key={name}
          label={
            <>
              <Shape name={shape} className={`t-${shape}`} />
              {label}
            </>
          }
          value={rateText(perSecond[name])}
          unit="/s"
          values={values((bucket) => bucket[name])}
          tone={`t-${shape}`}
        />
      ))}
      <Counter
        label="Average, our part"
        value={averageText(ourAverageUs)}
        unit=" ms"
        values={values((bucket) => bucket.ourAverageUs ?? 0)}
        tone="c-plain"
      />
    </div>
  );
}
