import { z } from "zod";
import { followEvents } from "@/lib/events/following/follow-events";
import type { CloudEvent } from "@/lib/events/schema";
import { listEvents } from "@/lib/events/store/list-events";
import { type Ask, callerBy, callerOf } from "@/lib/gateway/hookio/ask";
import { lineStream, wantsStream } from "@/lib/gateway/hookio/stream";

/** Events in one answer, and before the live ones of a stream. */
const eventsMax = 50;

/** The workspace's newest events, or (`s=true`) those and then what happens. */
export async function serveEvents(ask: Ask): Promise<unknown> {
  const { actor } = await callerOf(ask);
  if (!wantsStream(ask)) {
    const { items } = await listEvents(actor, { limit: eventsMax });
    return items.map(present);
  }
  const value = ask.outside ?? ask.inBody ?? "";
  const gone = new AbortController();
  ask.signal.addEventListener("abort", () => gone.abort(), { once: true });
  const parts = followEvents(actor, {
    filters: {},
    format: "ndjson",
    after: null,
    last: eventsMax,
    authenticateAgain: async () => (await callerBy(ask, value)).actor,
    signal: gone.signal,
  });
  return lineStream(linesOf(parts), { show: presentLine, ask, onGone: () => gone.abort() });
}

function present({ time, type, data }: Pick<CloudEvent, "time" | "type" | "data">) {
  return { time, type, data };
}

const Line = z.union([
  z
    .object({ time: z.string(), type: z.string(), data: z.record(z.string(), z.unknown()) })
    .transform(present),
  z.record(z.string(), z.unknown()),
]);

/** A line of our own stream; one that is no event, such as `{"dropped": 3}`, stays as it is. */
function presentLine(line: string): object | null {
  return line === "" ? null : Line.parse(JSON.parse(line));
}

/** Each part holds whole lines. */
async function* linesOf(parts: AsyncGenerator<Uint8Array[]>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  for await (const part of parts) yield part.flatMap((bytes) => decoder.decode(bytes).split("\n"));
}
