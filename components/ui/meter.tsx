import { clsx } from "clsx";

export interface MeterPart {
  /** Share of the whole, 0 to 1. */
  share: number;
  tone?: "ok" | "accent" | "brass" | "limited" | "denied" | "allowed" | "spent";
}

export interface MeterProps {
  /** What is measured and how much, in words: "1.42 M of 2 M". */
  label: string;
  parts: readonly MeterPart[];
  /** 4 px in tables, 6 px by default, 8 px for long work. */
  height?: 4 | 6 | 8;
}

/** How much of a whole: filled bars on a soft track; what is on its way out is hatched. */
export function Meter({ label, parts, height = 6 }: MeterProps) {
  const widths = parts.map(({ share }) => Math.max(0, Math.min(1, share)) * 100);
  return (
    <svg className="meter" role="img" aria-label={label} width="100%" height={height}>
      {parts.map(({ tone = "ok" }, at) => {
        const from = widths.slice(0, at).reduce((sum, width) => sum + width, 0);
        const width = widths[at] ?? 0;
        return tone === "spent" ? (
          <line
            key={at}
            className="m-spent"
            x1={`${from}%`}
            x2={`${from + width}%`}
            y1={height / 2}
            y2={height / 2}
            strokeWidth={height}
          />
        ) : (
          <rect
            key={at}
            className={clsx("m-fill", tone)}
            x={`${from}%`}
            width={`${width}%`}
            height={height}
          />
        );
      })}
    </svg>
  );
}
