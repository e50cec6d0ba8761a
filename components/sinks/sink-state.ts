import { lengthText, untilText } from "@/components/ui/words/ahead";
import type { Sink } from "@/lib/sinks/schema";

/** How a sink's delivery stands, in a word and, where it needs someone, a sentence. */
export interface SinkState {
  kind: "delivering" | "behind" | "failing" | "paused";
  word: string;
  more: string | null;
}

/** Two to three minutes is the best there is; beyond this it is behind. */
const behindSeconds = 600;

/** Reads a sink's state at `nowMs`. */
export function sinkState({ disabled, delivery }: Sink, nowMs: number): SinkState {
  const { failures, lastError, nextAttemptAt, lagSeconds, pending } = delivery;
  const waiting = pending === 1 ? "1 event waits" : `${pending.toLocaleString("en")} events wait`;
  if (disabled)
    return { kind: "paused", word: "Paused", more: pending > 0 ? `${waiting} until it goes on.` : null };
  if (failures > 0) {
    const next = nextAttemptAt === null ? "at once" : untilText(nextAttemptAt, nowMs);
    const tries = failures === 1 ? "The last try failed" : `${failures.toLocaleString("en")} tries failed`;
    const why = lastError === null ? "" : `: ${lastError.replace(/[.\s]+$/, "")}`;
    return { kind: "failing", word: "Not accepting", more: `${tries}${why}. ${waiting}; next try ${next}.` };
  }
  if (lagSeconds > behindSeconds)
    return { kind: "behind", word: "Behind", more: `${waiting}, the oldest for ${lengthText(lagSeconds)}.` };
  return { kind: "delivering", word: "Delivering", more: null };
}
