"use client";
import { ChartFrame, Legend, type Series } from "@/components/charts/chart-frame";
import { axisLabels, linePaths, niceTicks, spanText, tickText } from "@/components/charts/prepare";

export interface Line extends Series {
  /** One per time; null where nothing was measured. */
  values: readonly (number | null)[];
}

export interface LineAreaProps {
  label: string;
  /** Begin of each span, RFC 3339, oldest first. */
  ats: readonly string[];
  bucketSeconds: number;
  /** `line` for one rate, `brass` for the new secret, `spent` dashed for the old one or a forecast. */
  lines: readonly Line[];
  /** A moment that matters, such as "Rotated". */
  mark?: { at: string; label: string };
  /** Words of a value, `41 ms`; the tick's own when absent. */
  format?: (value: number) => string;
  /** False when values may be fractions. */
  whole?: boolean;
  height?: 120 | 160 | 264;
}

const strokes = { line: "c-line", brass: "c-brassline", spent: "c-spentline" } as const;

function strokeOf(tone: Series["tone"]): string {
  return tone === "brass" || tone === "spent" ? strokes[tone] : strokes.line;
}

/** One rate over time, or two secrets against each other. */
export function LineArea(props: LineAreaProps) {
  const { label, ats, bucketSeconds, lines, mark, format = tickText, whole = true, height = 160 } = props;
  const ticks = niceTicks(Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))), {
    whole,
  });
  const rows = ats.map((at, index) => ({
    label: spanText(at, bucketSeconds),
    values: lines.map(({ values }) => {
      const value = values[index] ?? null;
      return value === null ? "—" : format(value);
    }),
  }));
  const begin = Date.parse(ats[0] ?? "");
  const span = Date.parse(ats.at(-1) ?? "") - begin;
  return (
    <div className="bars">
      {lines.length > 1 && <Legend items={lines} />}
      <ChartFrame
        label={label}
        series={lines}
        rows={rows}
        ticks={ticks.values.map(format)}
        axis={axisLabels(ats, bucketSeconds, "points")}
        height={height}
        tipOrder="given"
      >
        {({ width, lit }) => (
          <>
            {lines.map(({ label: name, tone, values }) => {
              const { line, area } = linePaths(values, { width, height, top: ticks.top });
              const stroke = strokeOf(tone);
              return (
                <g key={name}>
                  <path className={`${stroke}-area`} d={area} />
                  <path className={stroke} vectorEffect="non-scaling-stroke" d={line} />
                </g>
              );
            })}
            {mark && span > 0 && (
              <Mark x={((Date.parse(mark.at) - begin) / span) * width} height={height} label={mark.label} />
            )}
            {lit !== null && (
              <path
                className="c-mark crisp"
                d={`M${Math.round((lit / Math.max(1, ats.length - 1)) * width)}.5 0V${height}`}
              />
            )}
          </>
        )}
      </ChartFrame>
    </div>
  );
}

function Mark({ x, height, label }: { x: number; height: number; label: string }) {
  return (
    <g>
      <path className="c-mark crisp" d={`M${Math.round(x)}.5 0V${height}`} />
      <text className="mark-label" x={Math.round(x) + 6} y={10}>
        {label}
      </text>
    </g>
  );
}

/** A line without axes, behind a metric: 96 × 28. Decorative: the number beside it carries the meaning. */
export function MiniLine({ values }: { values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  const least = Math.min(...known);
  const spread = Math.max(...known) - least;
  const shifted = values.map((value) => (value === null ? null : value - least + spread * 0.12));
  const { line, area } = linePaths(shifted, { width: 96, height: 28, top: spread * 1.22 || 1 });
  return (
    <svg className="mini" viewBox="0 0 96 28" preserveAspectRatio="none" aria-hidden="true">
      <path className="c-line-area" d={area} />
      <path className="c-line" vectorEffect="non-scaling-stroke" d={line} />
    </svg>
  );
}
