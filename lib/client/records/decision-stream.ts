import { followEvents, type ServerEvent, type StreamState } from "@/lib/client/records/event-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import { isFields } from "@/lib/client/request/read-unknown";
import { urlOf } from "@/lib/client/request/request";
import type { Decision, DecisionFilters } from "@/lib/events/schema";

/** What a subscriber is told. */
export interface DecisionListener {
  onDecision(decision: Decision): void;
  onState(state: StreamState, error: ProblemError | null): void;
  /** The server left out this many because they came faster than they were read. */
  onDropped(count: number): void;
}

/**
 * Follows decisions live. Begins after sequence number `after` (newest of a list that is already shown), or now; after a
 * lost connection it resumes behind the last one seen, so nothing is missed or doubled. Returns how to stop.
 */
export function followDecisions(
  { filters = {}, after = null }: { filters?: DecisionFilters; after?: string | null },
  listener: DecisionListener,
): () => void {
  const following: Following = { after, listener };
  return followEvents(() => urlOf("/decisions/stream", { ...filters, after: following.after }), {
    onEvent: (event) => take(following, event),
    onState: (state, error) => listener.onState(state, error),
  });
}

interface Following {
  after: string | null;
  listener: DecisionListener;
}

/** Tells the listener, and only then moves on: an event that could not be read is asked for again. */
async function take(following: Following, { id, name, data }: ServerEvent): Promise<void> {
  const value: unknown = JSON.parse(data);
  if (name === "decision") {
    const { Decision: reader } = await import("@/lib/events/schema");
    const decision = reader.safeParse(value);
    if (decision.success) following.listener.onDecision(decision.data);
  } else if (name === "dropped" && isFields(value) && typeof value["count"] === "number")
    following.listener.onDropped(value["count"]);
  if (id !== null) following.after = id;
}
