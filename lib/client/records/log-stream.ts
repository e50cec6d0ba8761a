import { followEvents, type ServerEvent, type StreamState } from "@/lib/client/records/event-stream";
import type { ProblemError } from "@/lib/client/request/problem-error";
import { isFields } from "@/lib/client/request/read-unknown";
import { urlOf } from "@/lib/client/request/request";
import type { LogFilters, LogLine } from "@/lib/logs/schema";

/** What a subscriber is told. */
export interface LogListener {
  onLine(line: LogLine): void;
  onState(state: StreamState, error: ProblemError | null): void;
  /** The server left out this many because they came faster than they were read. */
  onDropped(count: number): void;
}

/**
 * Follows a log live, beginning with its `last` newest lines; after a lost connection it resumes behind the last one
 * seen, so nothing is missed. Returns how to stop.
 */
export function followLog(
  { filters, last, after }: { filters: LogFilters; last: number; after: string | null },
  listener: LogListener & { onPlace(after: string): void },
): () => void {
  let place = after;
  const address = () =>
    urlOf("/logs/stream", { ...filters, ...(place === null ? { last } : { after: place }) });
  return followEvents(address, {
    async onEvent(event) {
      await take(listener, event);
      if (event.id === null) return;
      place = event.id;
      listener.onPlace(event.id);
    },
    onState: (state, error) => listener.onState(state, error),
  });
}

async function take(listener: LogListener, { name, data }: ServerEvent): Promise<void> {
  const value: unknown = JSON.parse(data);
  if (name === "line") {
    const { LogLine: reader } = await import("@/lib/logs/schema");
    const line = reader.safeParse(value);
    if (line.success) listener.onLine(line.data);
  } else if (name === "dropped" && isFields(value) && typeof value["count"] === "number")
    listener.onDropped(value["count"]);
}
