import { z } from "zod";
import { Moment } from "@/lib/lists/schema";

/** How serious a line is, from the least to the most. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export const LogLevel = z.enum(logLevels);
export type LogLevel = z.output<typeof LogLevel>;

/** The levels from one upwards. */
export function levelsFrom(least: LogLevel): LogLevel[] {
  return logLevels.slice(logLevels.indexOf(least));
}

/** Where a line comes from: a service wrote it, or the gateway saw a call. */
export const LogSource = z.enum(["service", "gateway"]);
export type LogSource = z.output<typeof LogSource>;

/** Longest message, in characters. */
export const messageLengthMax = 16_384;
/** Longest `data`, in characters of its JSON. */
export const dataLengthMax = 32_768;
/** Deepest `data`. */
export const dataDepthMax = 32;
/** Most lines of one JSON body. */
export const batchLinesMax = 1_000;
/** Longest line of an upload, in bytes. */
export const uploadLineBytesMax = 65_536;
/** Largest upload, in bytes: 64 MiB. */
export const uploadBytesMax = 67_108_864;
/** Most lines of an upload. */
export const uploadLinesMax = 1_000_000;
/** Most refused lines that an answer names; the rest is counted. */
export const namedRefusalsMax = 100;
/** Most lines that a stream begins with. */
export const tailLinesMax = 1_000;
/** How far ahead of our clock a line's time may be: a day. */
export const aheadMsMax = 86_400_000;

const ServiceName = z.string().min(1).max(100).describe("Slug or id");
const TraceId = z.string().regex(/^[\x21-\x7e]{1,128}$/, "must be 1–128 visible ASCII characters");

/** A line as it is written. */
export const LogLineInput = z
  .strictObject({
    message: z
      .string()
      .min(1)
      .max(messageLengthMax)
      .describe("Control characters are kept; NUL and half characters become U+FFFD"),
    level: LogLevel.default("info"),
    at: Moment.optional().describe(
      "When it happened, kept in milliseconds; now by default. No more than a day ahead of our clock",
    ),
    service: ServiceName.optional().describe("Slug or id of a service; by default the one of the request"),
    data: z.unknown().optional().describe("Any JSON, 32,768 characters and 32 levels at most"),
    traceId: TraceId.optional(),
    id: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, "must be 1–128 visible ASCII characters")
      .optional()
      .describe("Your own id of the line within its service: one that is sent again is not stored again"),
  })
  .meta({ id: "LogLineInput" });
export type LogLineInput = z.output<typeof LogLineInput>;

/** What became of lines that were sent. */
export const LogReceipt = z
  .object({
    accepted: z.number().int().describe("Lines that are stored, those of an earlier request among them"),
    rejected: z
      .array(z.object({ line: z.number().int().describe("From 1"), message: z.string() }))
      .describe("The first hundred that were refused; all others are stored"),
    rejectedCount: z.number().int().describe("How many were refused"),
  })
  .meta({ id: "LogReceipt" });
export type LogReceipt = z.output<typeof LogReceipt>;

/** Query of what writes lines. */
export const WriteLogsQuery = z.strictObject({
  service: ServiceName.optional().describe("Service of the lines that name none, slug or id"),
});

/** A line of the log. */
export const LogLine = z
  .object({
    id: z.string().describe("`log_…`, or the id of the decision whose access line it is"),
    at: z.string().describe("RFC 3339 UTC"),
    level: LogLevel,
    source: LogSource,
    service: z.string().nullable().describe("Slug; the id of a service that is gone"),
    customer: z.string().nullable().describe("Id of the customer whom it concerns"),
    message: z.string(),
    data: z.unknown().describe("Any JSON, or null"),
    address: z.string().nullable().describe("Where the writer, or the caller, was"),
    traceId: z.string().nullable(),
    writtenBy: z.string().nullable().describe("Id of the key or person that wrote it"),
    decision: z.string().nullable().describe("Id of the decision of an access line"),
  })
  .meta({ id: "LogLine" });
export type LogLine = z.output<typeof LogLine>;

/** What narrows a log; all given filters must hold. */
export const LogFilters = z.object({
  service: ServiceName.optional(),
  level: LogLevel.optional().describe("At least this serious"),
  q: z.string().min(1).max(200).optional().describe("Text within the message, in any case"),
  traceId: TraceId.optional(),
  source: LogSource.optional().describe("`gateway` are access lines"),
  from: Moment.optional().describe("First moment, inclusive"),
  to: Moment.optional().describe("Last moment, exclusive"),
});
export type LogFilters = z.output<typeof LogFilters>;

/** A page of the log, newest first. It may be short, even empty, while `nextCursor` says that older lines remain to be searched. */
export const LogPage = z
  .object({ items: z.array(LogLine), nextCursor: z.string().nullable() })
  .meta({ id: "LogPage" });
export type LogPage = z.output<typeof LogPage>;

/** What is flushed: one service's log, or all of it. */
export const FlushLogs = z.strictObject({ service: ServiceName.optional() });
export type FlushLogs = z.output<typeof FlushLogs>;

/** What a flush did. */
export const FlushReceipt = z
  .object({
    at: z.string().describe("Access lines up to this moment are hidden; their decisions stay"),
    deleted: z.number().int().describe("Written lines that were deleted"),
  })
  .meta({ id: "FlushReceipt" });
export type FlushReceipt = z.output<typeof FlushReceipt>;

/** A place in a log's stream: the last written line's, and the last decision's that was looked at. */
export const StreamPlace = z
  .string()
  .regex(/^\d{1,15}-\d{1,15}$/, "must be the id of an event of this stream")
  .describe("Id of the last event that was seen; `Last-Event-ID` says the same and wins");

/** Query of a log's stream. */
export const StreamLogsQuery = LogFilters.omit({ from: true, to: true })
  .extend({
    last: z.coerce
      .number()
      .int()
      .min(0)
      .max(tailLinesMax)
      .default(0)
      .describe("Newest lines to begin with; not when it resumes"),
    after: StreamPlace.optional(),
    stream: z.enum(["sse", "ndjson"]).optional(),
  })
  .strict();
