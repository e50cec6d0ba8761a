import { answerStream, type AnswerStream } from "@/lib/api/answer-stream";
import { requireScope, type Actor } from "@/lib/api/actor";
import { csvHeader, csvLine, jsonLine, type UsageLine } from "@/lib/usage/export/format";
import { usagePages } from "@/lib/usage/export/usage-pages";
import { filteredScope } from "@/lib/usage/measures/filters";
import type { UsageExport } from "@/lib/usage/question";
import { cutAsked, intervalOf, type Span } from "@/lib/usage/measures/span";

/** An export that has begun: its text comes as it is asked for. */
export interface StartedExport {
  fileName: string;
  contentType: string;
  chunks: AsyncGenerator<string, void>;
}

/**
 * Usage of any length of time that is kept, one line per split and minute, hour or day, oldest first, a page at a time.
 * What is wrong with the question is thrown at once, and no page but the first is read before it is asked for.
 * A caller bound to a customer gets that customer's. Needs `read:usage`. Throws as `groupUsage` does.
 */
export async function exportPages(
  actor: Actor,
  question: Omit<UsageExport, "format">,
): Promise<{ span: Span; pages: AsyncGenerator<UsageLine[], void> }> {
  requireScope(actor, "read:usage");
  const span = cutAsked(question);
  const later = usagePages(await filteredScope(actor, question), span);
  const first = await later.next();
  async function* pages(): AsyncGenerator<UsageLine[], void> {
    if (first.done === true) return;
    yield first.value;
    yield* later;
  }
  return { span, pages: pages() };
}

/**
 * Usage as CSV (RFC 4180) or NDJSON, one line per split and minute, hour or day, of any length of time that is kept.
 * Otherwise as {@link exportPages}.
 */
export async function exportUsage(
  actor: Actor,
  { format, ...question }: UsageExport,
): Promise<StartedExport> {
  const { span, pages } = await exportPages(actor, question);
  const writeLine = format === "csv" ? csvLine : jsonLine;
  async function* chunks(): AsyncGenerator<string, void> {
    if (format === "csv") yield csvHeader;
    for await (const page of pages) yield page.map(writeLine).join("");
  }
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return {
    fileName: `usage-${day(span.fromMs)}-${day(span.toMs)}-by-${intervalOf(span)}.${format}`,
    contentType: format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
    chunks: chunks(),
  };
}

/** An answer that asks for more only when the client has taken the last chunk, and for nothing once it left. */
export function exportResponse(
  { fileName, contentType, chunks }: StartedExport,
  { incoming }: Pick<AnswerStream<string>, "incoming">,
): Response {
  const encoder = new TextEncoder();
  const body = answerStream(chunks, { bytesOf: (text) => [encoder.encode(text)], incoming });
  return new Response(body, {
    headers: {
      "content-type": contentType,
      "content-disposition": `attachment; filename="${fileName}"`,
      "x-content-type-options": "nosniff",
      "x-accel-buffering": "no",
    },
  });
}
