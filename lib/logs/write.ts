import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { announceLines } from "@/lib/logs/intake/announce";
import { storeLines } from "@/lib/logs/intake/store-lines";
import { batchLinesMax, LogReceipt } from "@/lib/logs/schema";

/** Lines as they came, in the shape of `LogLineInput` or not, and the service of those that name none (slug or id). */
export interface WriteLogs {
  service?: string | undefined;
  lines: readonly unknown[];
}

/**
 * Writes lines; one that is not good is named in the answer and the rest is stored. Needs `write:logs`. Throws
 * `too-large` for more than 1,000, and `invalid` when none of them could be stored.
 */
export async function writeLogs(
  actor: Actor,
  { service = undefined, lines }: WriteLogs,
  once: Once | null = null,
): Promise<LogReceipt> {
  requireScope(actor, "write:logs");
  if (lines.length > batchLinesMax)
    throw new Problem("too-large", "Send 1,000 lines at most, or more as application/x-ndjson.");
  const sent = lines.map((value, index) => ({ line: index + 1, value }));
  const receipt = await transactOnce({ actor, once, answer: LogReceipt }, async (tx) => {
    const judged = await storeLines(tx, actor, { service: service ?? null, lines: sent });
    if (judged.accepted === 0 && judged.rejectedCount > 0) throw noneAccepted(judged, lines.length === 1);
    return judged;
  });
  if (receipt.accepted > 0) announceLines(actor.workspaceId);
  return receipt;
}

/** Nothing could be stored: what is wrong with each line, or with the fields of the only one. */
export function noneAccepted({ rejected, rejectedCount }: LogReceipt, isSingle: boolean): Problem {
  const errors = rejected.flatMap(({ line, message }) =>
    isSingle ? message.split("; ").map(fieldError) : [{ path: `line ${line}`, message }],
  );
  return new Problem("invalid", "Some fields are not valid.", {
    errors: errors.slice(0, 50),
    members: { accepted: 0, rejectedCount },
  });
}

function fieldError(text: string): { path: string; message: string } {
  const colon = text.indexOf(": ");
  return colon < 0
    ? { path: "", message: text }
    : { path: text.slice(0, colon), message: text.slice(colon + 2) };
}
