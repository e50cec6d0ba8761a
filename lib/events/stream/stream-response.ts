import { answerStream, begun, type AnswerStream } from "@/lib/api/answer-stream";
import type { StreamItem } from "@/lib/events/stream/row-queue";

/** How a live stream is written down. */
export type StreamFormat = "sse" | "ndjson";

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

/** How a row is written down. */
export interface RowText<Row> {
  /** Name of its server-sent event. */
  event: string;
  /** What stands in its line of JSON. */
  line(row: Row, place: string | null): object;
}

/**
 * An answer that goes on as long as `items` do; `onGone` is called when the client leaves. Throws what fails before the
 * first of them.
 */
export async function streamResponse<Row>(
  items: AsyncGenerator<StreamItem<Row>[]>,
  { format, text, ...reader }: Reader & { format: StreamFormat; text: RowText<Row> },
): Promise<Response> {
  return textStream(await begun(items), {
    write: (item) => (item.kind === "row" ? rowText(item, { format, text }) : noticeText(item, format)),
    headers: headers[format],
    ...reader,
  });
}

/** The same for what was written down already. */
export async function byteStream(
  parts: AsyncGenerator<Uint8Array[]>,
  { format, ...reader }: Reader & { format: StreamFormat },
): Promise<Response> {
  const bytesOf = (part: Uint8Array[]) => part.filter(({ length }) => length > 0);
  return new Response(answerStream(await begun(parts), { bytesOf, ...reader }), { headers: headers[format] });
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

function rowText<Row>(
  { row, place }: { row: Row; place: string | null },
  { format, text }: { format: StreamFormat; text: RowText<Row> },
): string {
  if (format === "ndjson") return `${JSON.stringify(text.line(row, place))}\n`;
  return `${place === null ? "" : `id: ${place}\n`}event: ${text.event}\ndata: ${JSON.stringify(row)}\n\n`;
}

/**
 * What is no row, as it goes out. In lines of JSON it names itself: `{"dropped": 3}`, `{"end": "…"}`; a position says
 * nothing there. `retry` asks plain EventSource clients to come back after a second.
 */
export function noticeText(
  notice: Exclude<StreamItem<unknown>, { kind: "row" }>,
  format: StreamFormat,
): string {
  switch (notice.kind) {
    case "dropped":
      return format === "sse"
        ? `event: dropped\ndata: ${JSON.stringify({ count: notice.count })}\n\n`
        : `${JSON.stringify({ dropped: notice.count })}\n`;
    case "position":
      return format === "sse" ? `: heartbeat\nid: ${notice.place}\nretry: 1000\n\n` : "";
    case "end":
      return format === "sse"
        ? `event: end\ndata: ${JSON.stringify({ reason: notice.reason })}\n\n`
        : `${JSON.stringify({ end: notice.reason })}\n`;
  }
}
