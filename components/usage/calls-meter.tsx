import { compactText } from "@/components/charts/prepare";
import { Meter } from "@/components/ui/meter";

/** A number of calls, and its share of the most that stands beside it. */
export function CallsMeter({ calls, most }: { calls: number; most: number }) {
  const words = compactText(calls);
  return (
    <span className="with-meter">
      <Meter
        height={4}
        label={`${words} of at most ${compactText(most)}`}
        parts={[{ share: most === 0 ? 0 : calls / most }]}
      />
      {words}
    </span>
  );
}
