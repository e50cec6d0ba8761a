import type { Places } from "@/lib/events/store/cloud-event";

/** What stands in `id:` and comes back as `Last-Event-ID`. */
export const resumePattern = /^\d{1,15}\.\d{1,15}\.\d{1,15}$/;

/** Places as the text that a client hands back to go on behind them. */
export function resumeId({ decision, event, audit }: Places): string {
  return `${decision}.${event}.${audit}`;
}

/** Reads a text of {@link resumePattern}. */
export function placesOf(id: string): Places {
  const [decision = 0, event = 0, audit = 0] = id.split(".").map(Number);
  return { decision, event, audit };
}
