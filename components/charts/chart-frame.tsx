"use client";
import { clsx } from "clsx";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from "react";
import { type AxisLabel, columnAt, fittingLabels } from "@/components/charts/prepare";
import { useWidth } from "@/components/charts/use-width";

/** One series of a chart: its word and its colour. */
export interface Series {
  label: string;
  tone: "ok" | "limited" | "denied" | "error" | "allowed" | "brass" | "spent" | "line";
}

export interface FrameProps {
  /** What the chart shows; names it for screen readers. */
  label: string;
  series: readonly Series[];
  /** Each column's words: its span, then one value per series. */
  rows: readonly { label: string; values: readonly string[] }[];
  /** From the top line down to the base. */
  ticks: readonly string[];
  axis: readonly AxisLabel[];
  /** Height of the plot, px. */
  height: 120 | 160 | 264;
  /** Loud series first in the tip, as they stand. */
  tipOrder?: "stacked" | "given";
  /** Draws the series into `width` × `height`; `lit` is the column under the pointer. */
  children: (plot: { width: number; lit: number | null }) => ReactNode;
}

function Tip({
  at,
  count,
  order,
  row,
  series,
}: {
  at: number;
  count: number;
  order: readonly number[];
  row: FrameProps["rows"][number];
  series: readonly Series[];
}) {
  const place = (at + 0.5) / count;
  const style =
    place > 0.5 ? { right: `calc(${(1 - place) * 100}% + 16px)` } : { left: `calc(${place * 100}% + 16px)` };
  return (
    <div className="tip" style={style}>
      <b>{row.label}</b>
      {order.map((one) => (
        <div key={one}>
          <i className={clsx("sw", series[one]?.tone)} />
          {series[one]?.label}
          <span>{row.values[one]}</span>
        </div>
      ))}
    </div>
  );
}

/** The same numbers as a table, for those who cannot see the plot. */
function HiddenTable({ label, series, rows }: Pick<FrameProps, "label" | "series" | "rows">) {
  return (
    <div className="vh">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Time, UTC</th>
            {series.map((one) => (
              <th key={one.label} scope="col">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              {row.values.map((value, at) => (
                <td key={at}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Axes, hairlines, the lit column with every series, keyboard, and the hidden table around a plot. */
export function ChartFrame(props: FrameProps) {
  const { label, series, rows, ticks, axis, height, tipOrder = "stacked", children } = props;
  const { width, ref } = useWidth(760);
  const [lit, light] = useState<number | null>(null);
  const count = rows.length;
  const order = series.map((_, at) => at);
  if (tipOrder === "stacked") order.reverse();
  const follow = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    light(columnAt(event.clientX - box.left, { count, width: box.width }));
  };
  const step = (event: KeyboardEvent) => {
    const from = lit ?? count;
    const next = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: count - 1 }[event.key];
    if (event.key === "Escape") light(null);
    if (next === undefined) return;
    event.preventDefault();
    light(Math.max(0, Math.min(count - 1, next)));
  };
  const row = lit === null ? undefined : rows[lit];
  return (
    <div className="chart">
      <div className="y" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick}>{tick}</span>
        ))}
      </div>
      <div
        ref={ref}
        className={`area h${height}`}
        role="group"
        tabIndex={0}
        aria-label={`${label}. Left and right arrow keys move between columns.`}
        onPointerMove={follow}
        onPointerLeave={() => light(null)}
        onBlur={() => light(null)}
        onKeyDown={step}
      >
        <svg
          className="plot"
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {ticks.slice(0, -1).map((tick, at) => (
            <path
              key={tick}
              className="c-grid crisp"
              d={`M0 ${Math.round((at * height) / (ticks.length - 1)) + 0.5}H${width}`}
            />
          ))}
          {children({ width, lit })}
          <path className="c-base crisp" d={`M0 ${height - 0.5}H${width}`} />
        </svg>
        {row && lit !== null && <Tip at={lit} count={count} order={order} row={row} series={series} />}
        <span className="vh" role="status">
          {row && `${row.label}: ${series.map((one, at) => `${one.label} ${row.values[at]}`).join(", ")}`}
        </span>
        <HiddenTable label={label} series={series} rows={rows} />
      </div>
      <svg className="x" aria-hidden="true" height="18" width="100%">
        {fittingLabels(axis, width).map(({ place, text }) => (
          <text
            key={place}
            x={`${place * 100}%`}
            y="16"
            textAnchor={place < 0.02 ? "start" : place > 0.98 ? "end" : "middle"}
          >
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}

export interface LegendProps {
  /** Each series with its total. */
  items: readonly (Series & { total?: ReactNode })[];
}

/** Words and totals of the series, above the plot. */
export function Legend({ items }: LegendProps) {
  return (
    <div className="legend">
      {items.map((item) => (
        <span key={item.label}>
          <i className={clsx("sw", item.tone)} />
          {item.label}
          {item.total !== undefined && <b>{item.total}</b>}
        </span>
      ))}
    </div>
  );
}
