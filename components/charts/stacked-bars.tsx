"use client";
import { ChartFrame, Legend, type Series } from "@/components/charts/chart-frame";
import {
  axisLabels,
  type Column,
  columnEdges,
  niceTicks,
  spanText,
  stackPaths,
  tickText,
  totalsOf,
} from "@/components/charts/prepare";

/** Calls by outcome, from calm to loud. `UsageBucket` values go in this order. */
export const outcomeSeries = [
  { label: "Ok", tone: "ok" },
  { label: "Limited", tone: "limited" },
  { label: "Denied", tone: "denied" },
  { label: "Upstream error", tone: "error" },
] as const satisfies readonly Series[];

export interface StackedBarsProps {
  label: string;
  /** Oldest first, without gaps (`fillGaps`); each with one value per series. */
  columns: readonly Column[];
  bucketSeconds: number;
  /** From calm to loud. */
  series?: readonly Series[];
  height?: 120 | 160 | 264;
}

/** Counts over time, stacked. The legend above carries the totals. */
export function StackedBars({
  label,
  columns,
  bucketSeconds,
  series = outcomeSeries,
  height = 264,
}: StackedBarsProps) {
  const ticks = niceTicks(
    Math.max(0, ...columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0))),
  );
  const totals = totalsOf(columns, series.length);
  const rows = columns.map(({ at, values }) => ({
    label: spanText(at, bucketSeconds),
    values: values.map((value) => value.toLocaleString("en")),
  }));
  return (
    <div className="bars">
      <Legend items={series.map((one, at) => ({ ...one, total: totals[at]?.toLocaleString("en") }))} />
      <ChartFrame
        label={label}
        series={series}
        rows={rows}
        ticks={ticks.values.map(tickText)}
        axis={axisLabels(
          columns.map(({ at }) => at),
          bucketSeconds,
        )}
        height={height}
      >
        {({ width, lit }) => (
          <Bars columns={columns} series={series} lit={lit} width={width} height={height} top={ticks.top} />
        )}
      </ChartFrame>
    </div>
  );
}

function Bars(props: {
  columns: readonly Column[];
  series: readonly Series[];
  lit: number | null;
  width: number;
  height: number;
  top: number;
}) {
  const { columns, series, lit, width, height, top } = props;
  const edge = lit === null ? undefined : columnEdges({ count: columns.length, width })[lit];
  return (
    <g className="crisp">
      {edge && <rect className="c-hover" x={edge.x - 1.5} y={0} width={edge.width + 3} height={height} />}
      {stackPaths(columns, series.length, { width, height, top }).map((path, at) => (
        <path key={at} className={`c-${series[at]?.tone ?? "ok"}`} d={path} />
      ))}
    </g>
  );
}
