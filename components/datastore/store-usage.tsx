import { sizeText } from "@/components/datastore/value/value-text";
import { Meter } from "@/components/ui/meter";
import type { StoreUsage } from "@/lib/datastore/schema";

const nearlyFull = 0.9;

/** How much of its limits a store uses; the fuller of the two is drawn. */
export function UsageFacts({ store }: { store: StoreUsage }) {
  const { entries, entriesMax, bytes, bytesMax } = store;
  const share = Math.max(entries / entriesMax, bytes / bytesMax);
  const words = `${entries.toLocaleString("en")} of ${entriesMax.toLocaleString("en")} values, ${sizeText(bytes)} of ${sizeText(bytesMax)}`;
  return (
    <span className="store-usage muted small" title={words}>
      <span className="store-meter">
        <Meter label={words} height={4} parts={[{ share, tone: share >= nearlyFull ? "limited" : "ok" }]} />
      </span>
      <span className={share >= nearlyFull ? "t-limited" : undefined}>
        {sizeText(bytes)} of {sizeText(bytesMax)}
      </span>
    </span>
  );
}
