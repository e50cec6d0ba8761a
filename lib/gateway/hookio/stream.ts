import { begun } from "@/lib/api/answer-stream";
import { textStream } from "@/lib/events/stream/stream-response";
import type { Ask } from "@/lib/gateway/hookio/ask";

const headers = { "content-type": "application/x-ndjson; charset=utf-8", "x-accel-buffering": "no" };

/** Whether a caller wants what is there and then what comes, one JSON value a line. */
export function wantsStream({ fields }: Ask): boolean {
  return ["s", "streaming"].some((name) => [true, "true"].some((yes) => fields.get(name) === yes));
}

/**
 * An answer of one JSON value a line, for as long as there are items; null leaves one out. Throws what fails before the
 * first of them.
 */
export async function lineStream<Item>(
  items: AsyncGenerator<Item[]>,
  { show, ask, onGone }: { show: (item: Item) => object | null; ask: Ask; onGone: () => void },
): Promise<Response> {
  const write = (item: Item) => {
    const shown = show(item);
    return shown === null ? "" : `${JSON.stringify(shown)}\n`;
  };
  return textStream(await begun(items), { write, headers, incoming: ask.call.request, onGone });
}
