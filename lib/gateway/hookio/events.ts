import type { CloudEvent } from "@/lib/events/schema";
import { listEvents } from "@/lib/events/store/list-events";
import { type Ask, callerOf } from "@/lib/gateway/hookio/ask";

/** Events in one answer, and before the live ones of a stream. */
const eventsMax = 50;

/** The workspace's newest events. */
export async function serveEvents(ask: Ask): Promise<unknown> {
  const { actor } = await callerOf(ask);
  const { items } = await listEvents(actor, { limit: eventsMax });
  return items.map(present);
}

function present({ time, type, data }: CloudEvent) {
  return { time, type, data };
}
