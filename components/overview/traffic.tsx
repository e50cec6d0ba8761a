"use client";
import { LineArea, MiniLine } from "@/components/charts/lines";
import { StackedBars } from "@/components/charts/stacked-bars";
import { clsx } from "clsx";
import { type KeyboardEvent, useId, useRef } from "react";
import {
  errorShare,
  type Metric,
  type MetricId,
  metricIds,
  metricsOf,
  percentText,
} from "@/components/overview/metrics";
import { durationText } from "@/components/ui/words/when";
import type { Overview } from "@/lib/usage/schema";

const deniedSeries = [
  { label: "Limited", tone: "limited" },
  { label: "Denied", tone: "denied" },
] as const;

function MetricTab({
  metric,
  isChosen,
  id,
  onChoose,
}: {
  metric: Metric;
  isChosen: boolean;
  id: string;
  onChoose: () => void;
}) {
  return (
    <button
      type="button"
      role="tab"
      className="metric"
      id={`${id}-${metric.id}`}
      data-metric={metric.id}
      aria-selected={isChosen}
      tabIndex={isChosen ? 0 : -1}
      onClick={onChoose}
    >
      <span className="label">{metric.label}</span>
      <span className="value">
        {metric.value}
        {metric.unit !== "" && <small> {metric.unit}</small>}
      </span>
      <span className={clsx("delta", metric.isBad && "bad")}>{metric.delta}</span>
      <MiniLine values={metric.line} />
    </button>
  );
}

function Chart({ metric, data }: { metric: MetricId; data: Overview }) {
  const { series, bucketSeconds } = data;
  const ats = series.map(({ at }) => at);
  switch (metric) {
    case "requests":
      return (
        <StackedBars
          label="Requests by outcome"
          bucketSeconds={bucketSeconds}
          columns={series.map(({ at, ok, limited, denied, error }) => ({
            at,
            values: [ok, limited, denied, error],
          }))}
        />
      );
    case "denied":
      return (
        <StackedBars
          label="Requests denied and limited"
          bucketSeconds={bucketSeconds}
          series={deniedSeries}
          columns={series.map(({ at, limited, denied }) => ({ at, values: [limited, denied] }))}
        />
      );
    case "errors":
      return (
        <LineArea
          label="Share of requests that failed upstream"
          ats={ats}
          bucketSeconds={bucketSeconds}
          lines={[{ label: "Error rate", tone: "line", values: series.map(errorShare) }]}
          format={(share) => `${percentText(share)} %`}
          whole={false}
          height={264}
        />
      );
    case "p95":
      return (
        <LineArea
          label="p95 latency of allowed requests"
          ats={ats}
          bucketSeconds={bucketSeconds}
          lines={[{ label: "p95", tone: "line", values: series.map(({ p95Us }) => p95Us) }]}
          format={durationText}
          height={264}
        />
      );
  }
}

export interface TrafficProps {
  data: Overview;
  metric: MetricId;
  onMetric: (metric: MetricId) => void;
}

/** The metric an arrow, Home or End leads to; undefined for other keys. */
function metricAfter(metric: MetricId, key: string): MetricId | undefined {
  const at = metricIds.indexOf(metric);
  const places: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: metricIds.length - 1,
  };
  const place = places[key];
  return place === undefined ? undefined : metricIds.at(place % metricIds.length);
}

/** Four numbers that are the tabs of one chart. */
export function Traffic({ data, metric, onMetric }: TrafficProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const next = metricAfter(metric, event.key);
    if (next === undefined) return;
    event.preventDefault();
    onMetric(next);
    list.current?.querySelector<HTMLElement>(`[data-metric="${next}"]`)?.focus();
  };
  return (
    <section className="plate traffic" aria-label="Traffic">
      <div ref={list} className="metrics" role="tablist" aria-label="Chart" onKeyDown={move}>
        {metricsOf(data).map((one) => (
          <MetricTab
            key={one.id}
            id={id}
            metric={one}
            isChosen={one.id === metric}
            onChoose={() => onMetric(one.id)}
          />
        ))}
      </div>
      <div role="tabpanel" className="pad traffic-chart" aria-labelledby={`${id}-${metric}`}>
        <Chart metric={metric} data={data} />
      </div>
    </section>
  );
}
