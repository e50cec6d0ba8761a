import { createHash } from "node:crypto";
import { actorId, requireScope, type Actor } from "@/lib/api/actor";
import { asProblem } from "@/lib/api/problems/problem-response";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { announceLines } from "@/lib/logs/intake/announce";
import { storeLines, type SentLine } from "@/lib/logs/intake/store-lines";
import { uploadLines, type UploadLine } from "@/lib/logs/intake/upload-lines";
import { batchLinesMax, namedRefusalsMax, uploadBytesMax, type LogReceipt } from "@/lib/logs/schema";
import { noneAccepted } from "@/lib/logs/write";

/** Most bytes of lines that wait to be stored together. */
const batchBytesMax = 1_048_576;

/** Lines of newline-delimited JSON as they arrive. */
export interface Upload {
  service?: string | undefined;
  body: AsyncIterable<Uint8Array>;
  /** What the sender says of its length, or null. */
  announcedBytes: number | null;
  /** From the same sender and under the same key the same line is stored once, however often and far it is sent. */
  idempotencyKey: string | null;
  /** Under which a failure is logged. */
  requestId: string;
}

/**
 * Stores an upload batch by batch while it arrives; what is no good line is named and the rest is stored. Needs
 * `write:logs`. Throws `too-large` beyond 64 MiB or a million lines, and `invalid` when no line could be stored. When it fails halfway,
 * the problem says how many lines are stored.
 */
export async function uploadLogs(actor: Actor, upload: Upload): Promise<LogReceipt> {
  requireScope(actor, "write:logs");
  if ((upload.announcedBytes ?? 0) > uploadBytesMax)
    throw new Problem("too-large", "An upload may hold 64 MiB at most.");
  const receipt: LogReceipt = { accepted: 0, rejected: [], rejectedCount: 0 };
  try {
    for await (const lines of batchesOf(upload, actorId(actor))) {
      add(
        receipt,
        await db().$transaction((tx) => storeLines(tx, actor, { service: upload.service ?? null, lines })),
      );
      announceLines(actor.workspaceId);
    }
  } catch (error) {
    throw withCounts(asProblem(error, upload.requestId), receipt);
  }
  if (receipt.accepted === 0 && receipt.rejectedCount > 0) throw noneAccepted(receipt, false);
  return receipt;
}

async function* batchesOf(
  { body, service = "", idempotencyKey }: Upload,
  sender: string,
): AsyncGenerator<SentLine[]> {
  const repeated = idempotencyKey === null ? null : JSON.stringify([sender, service, idempotencyKey]);
  let batch: SentLine[] = [];
  let bytes = 0;
  for await (const line of uploadLines(body)) {
    batch.push(sentLine(line, repeated));
    bytes += line.bytes?.byteLength ?? 0;
    if (batch.length < batchLinesMax && bytes < batchBytesMax) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function sentLine({ line, bytes }: UploadLine, repeated: string | null): SentLine {
  if (bytes === null) return { line, wrong: "is longer than 64 KiB" };
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return { line, value, repeatId: repeatId(repeated, { line, bytes }) };
  } catch {
    return { line, wrong: "is not JSON" };
  }
}

/** Names a line by whose upload it is, where it stands and what it says: others' lines under the same key are other lines. */
function repeatId(
  repeated: string | null,
  { line, bytes }: { line: number; bytes: Uint8Array },
): string | undefined {
  return repeated === null
    ? undefined
    : createHash("sha256").update(`${repeated} ${line} `).update(bytes).digest("hex");
}

function add(receipt: LogReceipt, { accepted, rejected, rejectedCount }: LogReceipt): void {
  receipt.accepted += accepted;
  receipt.rejectedCount += rejectedCount;
  receipt.rejected.push(...rejected.slice(0, namedRefusalsMax - receipt.rejected.length));
}

function withCounts({ kind, message, extra }: Problem, { accepted, rejectedCount }: LogReceipt): Problem {
  return new Problem(kind, message, { ...extra, members: { ...extra.members, accepted, rejectedCount } });
}
