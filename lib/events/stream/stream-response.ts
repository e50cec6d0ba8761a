import { answerStream, type AnswerStream } from "@/lib/api/answer-stream";
import type { StreamItem } from "@/lib/events/stream/client-queue";

/** How live decisions are written down. */
export type StreamFormat = "sse" | "ndjson";

const writers: Record<StreamFormat, (item: StreamItem) => string> = {
  sse: serverSentEvent,
  ndjson: jsonLine,
};

/** Headers of server-sent events. */
export const eventStreamHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "x-accel-buffering": "no",
};

const headers: Record<StreamFormat, Record<string, string>> = {
  sse: eventStreamHeaders,
  ndjson: { "content-type": "application/x-ndjson; charset=utf-8", "x-accel-buffering": "no" },
};

/** Who reads a stream, and what happens when they leave; see {@link AnswerStream}. */
type Reader = Pick<AnswerStream<never>, "incoming"> & { onGone: () => void };

/** An answer that goes on as long as `items` do; `onGone` is called when the client leaves. */
export function streamResponse(
  items: AsyncGenerator<StreamItem[]>,
  { format, ...reader }: Reader & { format: StreamFormat },
): Response {
  return textStream(items, { write: writers[format], headers: headers[format], ...reader });
}

/** The same for what was written down already. */
export function byteStream(
  parts: AsyncGenerator<Uint8Array[]>,
  { format, ...reader }: Reader & { format: StreamFormat },
): Response {
  const bytesOf = (part: Uint8Array[]) => part.filter(({ length }) => length > 0);
  return new Response(answerStream(parts, { bytesOf, ...reader }), { headers: headers[format] });
}

/** What a client asks for: by query, else by Accept. */
export function acceptedFormat(stream: StreamFormat | undefined, accept: string | undefined): StreamFormat {
  return stream ?? (accept?.includes("application/x-ndjson") === true ? "ndjson" : "sse");
}

/** The same for things of any kind. The next are only asked for when the client has read the last. */
export function textStream<Item>(
  items: AsyncGenerator<Item[]>,
  how: Reader & { write: (item: Item) => string; headers: Record<string, string> },
): Response {
  const encoder = new TextEncoder();
  const { write, headers: sent, ...reader } = how;
  const bytesOf = (part: Item[]) => [encoder.encode(part.map(write).join(""))];
  return new Response(answerStream(items, { bytesOf, ...reader }), { headers: sent });
}

/** `retry` asks plain EventSource clients to come back after a second. */
function serverSentEvent(item: StreamItem): string {
  switch (item.kind) {
    case "decision":
      return `id: ${item.decision.seq}\nevent: decision\ndata: ${JSON.stringify(item.decision)}\n\n`;
    case "dropped":
      return `event: dropped\ndata: ${JSON.stringify({ count: item.count })}\n\n`;
    case "position":
      return `: heartbeat\nid: ${item.seq}\nretry: 1000\n\n`;
    case "end":
      return `event: end\ndata: ${JSON.stringify({ reason: item.reason })}\n\n`;
  }
}

/** One JSON value a line. What is no decision names itself: `{"dropped": 3}`, `{"end": "…"}`. */
function jsonLine(item: StreamItem): string {
  switch (item.kind) {
    case "decision":
      return `${JSON.stringify(item.decision)}\n`;
    case "dropped":
      return `${JSON.stringify({ dropped: item.count })}\n`;
    case "position":
      return "";
    case "end":
      return `${JSON.stringify({ end: item.reason })}\n`;
  }
}
