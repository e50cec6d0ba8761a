import { send } from "@/lib/client/request/request";
import { unreachable } from "@/lib/client/request/problem-error";
import type { UsageQuestion } from "@/lib/client/records/usage";

/** How far an export is. Lines include the head of a CSV. */
export interface ExportProgress {
  lines: number;
  bytes: number;
}

/** A whole export, ready to be kept. */
export interface ExportedUsage extends ExportProgress {
  file: Blob;
  fileName: string;
}

const newline = 10;

/**
 * Reads an export as it streams and tells how far it is. Throws a `ProblemError` when it is refused or breaks off: half
 * an export is never answered. An abort passes as it is.
 */
export async function exportUsage({
  format,
  question,
  signal,
  onProgress,
}: {
  format: "csv" | "ndjson";
  question: UsageQuestion;
  signal: AbortSignal;
  onProgress: (progress: ExportProgress) => void;
}): Promise<ExportedUsage> {
  const response = await send(
    { path: "/usage/export", query: { ...question, format }, signal },
    { accept: format === "csv" ? "text/csv" : "application/x-ndjson" },
  );
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const progress: ExportProgress = { lines: 0, bytes: 0 };
  const reader = response.body?.getReader();
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read().catch(brokenOff)) {
    parts.push(next.value);
    progress.bytes += next.value.length;
    for (const byte of next.value) if (byte === newline) progress.lines += 1;
    onProgress({ ...progress });
  }
  const type = response.headers.get("content-type") ?? "application/octet-stream";
  return { ...progress, file: new Blob(parts, { type }), fileName: fileNameOf(response, format) };
  function brokenOff(error: unknown): never {
    if (signal.aborted) throw error;
    throw unreachable();
  }
}

function fileNameOf(response: Response, format: string): string {
  const said = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  return said ?? `usage.${format}`;
}
