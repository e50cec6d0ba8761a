import { overlapPlace } from "@/components/keys/rotation/overlap";

const left = 32;
const now = left + 66;
const right = 472;

export interface OverlapDrawingProps {
  seconds: number;
  /** When the old secret stops, in the fewest words: "Sat 18:19". */
  stops: string;
}

/** Two bars: the new secret begins now, the old one ends after the overlap. */
export function OverlapDrawing({ seconds, stops }: OverlapDrawingProps) {
  const end = Math.round(now + overlapPlace(seconds) * (right - now - 24));
  const label =
    seconds === 0
      ? "The new secret starts now. The old secret stops at once."
      : `The new secret starts now. The old secret stops ${stops}.`;
  return (
    <figure className="gantt" role="img" aria-label={label}>
      <svg viewBox="0 0 472 50" width="100%" aria-hidden="true">
        <text className="g-label" x="0" y="12">
          New
        </text>
        <path className="g-new" d={`M${now} 3H${right}V13H${now}z`} />
        <text className="g-label" x="0" y="28">
          Old
        </text>
        <path className="g-old" d={`M${left} 19H${now}V29H${left}z`} />
        {end > now && <path className="g-both" d={`M${now} 19H${end}V29H${now}z`} />}
        <path className="g-end" d={`M${end}.5 17V31`} />
        <text className="g-tick" x={now} y="45" textAnchor="middle">
          Now
        </text>
        {end - now > 48 && (
          <text className="g-tick" x={end} y="45" textAnchor={end > right - 40 ? "end" : "middle"}>
            {stops}
          </text>
        )}
      </svg>
    </figure>
  );
}
