import { eventStreamHeaders, textStream } from "@/lib/events/stream/stream-response";
import type { LogItem } from "@/lib/logs/stream/line-queue";

const formats = {
  sse: { write: serverSentEvent, headers: eventStreamHeaders },
  ndjson: {
    write: jsonLine,
    headers: { "content-type": "application/x-ndjson; charset=utf-8", "x-accel-buffering": "no" },
  },
};

/** An answer that goes on as long as `items` do; `onGone` is called when the client leaves. */
export function logResponse(
  items: AsyncGenerator<LogItem[]>,
  {
    format,
    ...reader
  }: { format: "sse" | "ndjson" } & Pick<Parameters<typeof textStream>[1], "incoming" | "onGone">,
): Response {
  return textStream(items, { ...formats[format], ...reader });
}

/** `retry` asks plain EventSource clients to come back after a second. A backlog's lines have no id: who loses it begins it again. */
function serverSentEvent(item: LogItem): string {
  switch (item.kind) {
    case "line": {
      const id = item.place === null ? "" : `id: ${item.place}\n`;
      return `${id}event: line\ndata: ${JSON.stringify(item.line)}\n\n`;
    }
    case "dropped":
      return `event: dropped\ndata: ${JSON.stringify({ count: item.count })}\n\n`;
    case "position":
      return `: heartbeat\nid: ${item.place}\nretry: 1000\n\n`;
    case "end":
      return `event: end\ndata: ${JSON.stringify({ reason: item.reason })}\n\n`;
  }
}

/** One JSON value a line. A line says in `after` where to resume; what is no line names itself: `{"dropped": 3}`, `{"end": "…"}`. */
function jsonLine(item: LogItem): string {
  switch (item.kind) {
    case "line":
      return `${JSON.stringify({ ...item.line, after: item.place })}\n`;
    case "dropped":
      return `${JSON.stringify({ dropped: item.count })}\n`;
    case "position":
      return "";
    case "end":
      return `${JSON.stringify({ end: item.reason })}\n`;
  }
}
