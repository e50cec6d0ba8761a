import { createHash } from "node:crypto";
import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { currentKey, signHead, signText } from "@/lib/audit/chain/heads/head";
import type { Place } from "@/lib/audit/chain/place";
import { newestHead, nextHead, remembered } from "@/lib/audit/chain/heads/signed-heads";
import { extentOf, hashAt, placesBetween, type StoredEntry } from "@/lib/audit/chain/stored";
import { createWalk, type Walk } from "@/lib/audit/chain/walk/walk";
import { walkStored, type Voucher } from "@/lib/audit/chain/walk/walk-stored";
import { endText, type AuditLine, type EndLine, type EntryLine } from "@/lib/audit/file/format";
import type { AuditExport } from "@/lib/audit/schema";
import { checkBase } from "@/lib/audit/verify";
import type { StartedExport } from "@/lib/usage/export/export-usage";

/** Entries between two signed places of a file. */
const entriesPerHead = 100;

/**
 * The trail as NDJSON: a line that says behind which place it begins, every entry between the first of `from` and the
 * last before `to` in the order of places, signed places in between, and a last line that signs the whole file. Verified
 * while it is written: when something is wrong, the last line says what and is not signed. Needs `read:audit`.
 */
export async function exportAudit(actor: Actor, question: AuditExport): Promise<StartedExport> {
  requireScope(actor, "read:audit");
  requireProvider(actor);
  const { workspaceId } = actor;
  const span = await spanOf(workspaceId, question);
  const day = new Date().toISOString().slice(0, 10);
  return {
    fileName: `audit-${day}-${span.after.position + 1}-${span.until}.ndjson`,
    contentType: "application/x-ndjson",
    chunks: chunks(workspaceId, span),
  };
}

interface Span {
  base: Place;
  after: Place;
  until: number;
}

async function spanOf(workspaceId: string, question: AuditExport): Promise<Span> {
  const { base, end } = await extentOf(workspaceId);
  const { first, last } = await placesBetween(workspaceId, question);
  const before = Math.min(Math.max(question.from === undefined ? 0 : first - 1, base.position), end.position);
  const until = Math.max(question.to === undefined ? end.position : Math.min(last, end.position), before);
  const hash = before === base.position ? base.hash : ((await hashAt(workspaceId, before)) ?? "");
  return { base, after: { position: before, hash }, until };
}

async function* chunks(workspaceId: string, span: Span): AsyncGenerator<string, void> {
  const sum = createHash("sha256");
  const { publicKey, id } = currentKey();
  const begun = new Date().toISOString();
  const written = (lines: AuditLine[]) => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    sum.update(text);
    return text;
  };
  const head = { format: "latchkey-audit-1", workspace: workspaceId, at: begun, after: span.after } as const;
  yield written([{ kind: "start", ...head, publicKey }]);
  const walk = await walkToStart(workspaceId, span);
  let entries = 0;
  for await (const chunk of walkSpan(walk, workspaceId, span)) {
    entries += chunk.length;
    yield written(withHeads(chunk, walk.isSound() ? span.base : null));
  }
  const last = entries === 0 ? span.after : walk.last();
  const problems = await walkToVoucher(walk, workspaceId, span);
  const end = { entries, last, sha256: sum.digest("hex") };
  const signature = problems.length === 0 ? signText(endText(workspaceId, end)) : null;
  yield `${JSON.stringify({ kind: "end", ...end, key: id, signature, problems } satisfies EndLine)}\n`;
}

function walkSpan(walk: Walk, workspaceId: string, { until }: Span) {
  return walkStored(walk, { workspaceId, until, vouchers: vouchersOf(workspaceId) });
}

function vouchersOf(workspaceId: string): Voucher[] {
  const head = remembered(workspaceId);
  return head === null ? [] : [{ ...head, by: "A head signed earlier" }];
}

/** From the newest signed place before the file's first entry, so that the file begins at a place that is known. */
async function walkToStart(workspaceId: string, { base, after }: Span): Promise<Walk> {
  const signed = await newestHead(workspaceId, after.position);
  const walk = createWalk(signed === null || signed.position < base.position ? base : signed);
  await checkBase(walk, workspaceId, { base, end: after });
  for await (const chunk of walkStored(walk, { workspaceId, until: after.position }))
    if (chunk.length === 0) break;
  return walk;
}

/** To the next signed place behind the file's last entry, or to the chain's end. */
async function walkToVoucher(walk: Walk, workspaceId: string, { until }: Span): Promise<EndLine["problems"]> {
  const next = await nextHead(workspaceId, until);
  const { end } = await extentOf(workspaceId);
  const options = { workspaceId, until: Math.min(next?.position ?? end.position, end.position) };
  for await (const chunk of walkStored(walk, { ...options, vouchers: vouchersOf(workspaceId) }))
    if (chunk.length === 0) break;
  if (next !== null && next.position > end.position) walk.vouched(next, "A signed head");
  return walk.finish(options.until === end.position ? end : null);
}

/** Entries as lines, a signed place after every hundredth; none while something is wrong. */
function withHeads(entries: readonly StoredEntry[], base: Place | null): AuditLine[] {
  return entries.flatMap((entry): AuditLine[] => {
    const { position, hash, workspace } = entry;
    if (base === null || position % entriesPerHead !== 0) return [lineOf(entry)];
    return [lineOf(entry), { kind: "head", head: signHead({ workspace, base, position, hash }) }];
  });
}

function lineOf({ seal: _, ...entry }: StoredEntry): EntryLine {
  const { position, hash, digest, workspace, id, at, ...said } = entry;
  return { kind: "entry", position, hash, digest, workspace, id, at, ...said };
}
