import { type SparkDay, sparkPaths } from "@/components/charts/prepare";

export interface SparklineProps {
  /** What it shows, in words; left out where the numbers stand in the same row. */
  label?: string;
  /** Oldest first. */
  days: readonly SparkDay[];
  /** `key` is 30 bars of 3 px, 20 high; `plate` 28 bars of 2 px, 16 high. */
  size?: "key" | "plate";
}

const sizes = { key: { height: 20, bar: 3 }, plate: { height: 16, bar: 2 } } as const;

/** A bar a day: what went well, and what was refused or failed on top of it. */
export function Sparkline({ label, days, size = "key" }: SparklineProps) {
  const { height, bar } = sizes[size];
  const { ok, bad, width } = sparkPaths(days, { height, bar });
  return (
    <svg
      className="spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      strokeWidth={bar}
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      <path className="s-ok" d={ok} />
      {bad !== "" && <path className="s-no" d={bad} />}
    </svg>
  );
}
