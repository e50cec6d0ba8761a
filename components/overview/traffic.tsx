"use client";
import { Tabs } from "@base-ui/react/tabs";
import { LineArea, MiniLine } from "@/components/charts/lines";
import { StackedBars } from "@/components/charts/stacked-bars";
import { clsx } from "clsx";
import { errorShare, type Metric, type MetricId, metricIds, metricsOf, percentText } from "@/components/overview/metrics";
import { durationText } from "@/components/ui/words/when";
import type { Overview } from "@/lib/usage/schema";

const deniedSeries = [
  { label: "Limited", tone: "limited" },
  { label: "Denied", tone: "denied" },
] as const;

function MetricTab({ metric }: { metric: Metric }) {
  return (
    <Tabs.Tab value={metric.id} className="metric">
      <span className="label">{metric.label}</span>
      <span className="value">
        {metric.value}
        {metric.unit !== "" && <small> {metric.unit}</small>}
      </span>
      <span className={clsx("delta", metric.isBad && "bad")}>{metric.delta}</span>
      <MiniLine values={metric.line} />
    </Tabs.Tab>
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
          columns={series.map(({ at, ok, limited, denied, error }) => ({ at, values: [ok, limited, denied, error] }))}
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

/** Four numbers that are the tabs of one chart. */
export function Traffic({ data, metric, onMetric }: TrafficProps) {
  const choose = (next: unknown) => {
    const found = metricIds.find((id) => id === next);
    if (found) onMetric(found);
  };
  return (
    <Tabs.Root render={<section className="plate traffic" aria-label="Traffic" />} value={metric} onValueChange={choose}>
      <Tabs.List className="metrics" aria-label="Chart" activateOnFocus>
        {metricsOf(data).map((one) => (
          <MetricTab key={one.id} metric={one} />
        ))}
      </Tabs.List>
      {metricIds.map((id) => (
        <Tabs.Panel key={id} value={id} className="pad traffic-chart">
          <Chart metric={id} data={data} />
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
