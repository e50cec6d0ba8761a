import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { currentKey, signHead } from "@/lib/audit/chain/heads/head";
import type { Place } from "@/lib/audit/chain/place";
import { newestHead, nextHead, remembered, storeHead } from "@/lib/audit/chain/heads/signed-heads";
import {
  countUnchained,
  entriesBeyond,
  extentOf,
  hashAt,
  type Extent,
  unplacedEntries,
} from "@/lib/audit/chain/stored";
import { createWalk, type Walk } from "@/lib/audit/chain/walk/walk";
import { walkStored, type Voucher } from "@/lib/audit/chain/walk/walk-stored";
import type { AuditVerification, AuditVerify, SignedHead } from "@/lib/audit/schema";

/**
 * Reads the workspace's whole chain and says whether it is as it was written; where not, what is wrong and where. With
 * `position` and `hash` also whether a head that the caller kept is on it. Needs `read:audit`.
 */
export async function verifyAudit(actor: Actor, { position, hash }: AuditVerify): Promise<AuditVerification> {
  requireScope(actor, "read:audit");
  requireProvider(actor);
  const known = position === undefined || hash === undefined ? null : { position, hash };
  return verifyChain(actor.workspaceId, known);
}

/** The same without asking for a right. */
export async function verifyChain(workspaceId: string, known: Place | null): Promise<AuditVerification> {
  const extent = await extentOf(workspaceId);
  const { base, end } = extent;
  const walk = createWalk(base);
  await checkBase(walk, workspaceId, extent);
  const vouchers = vouchersOf(workspaceId, known);
  let entries = 0;
  for await (const chunk of walkStored(walk, { workspaceId, until: end.position, vouchers }))
    entries += chunk.length;
  const walked = walk.last();
  await checkEnd(walk, workspaceId, vouchers);
  const problems = walk.finish(end);
  const ok = problems.length === 0;
  return {
    ok,
    entries,
    unchained: await countUnchained(workspaceId),
    base,
    head: ok ? await keepHead({ workspace: workspaceId, base, ...walked }) : null,
    end,
    known: known === null ? null : await wordFor(workspaceId, { known, base }),
    publicKey: currentKey().publicKey,
    problems,
  };
}

async function wordFor(
  workspaceId: string,
  { known, base }: { known: Place; base: Place },
): Promise<AuditVerification["known"]> {
  if (known.position < base.position) return "deleted";
  const hash = known.position === base.position ? base.hash : await hashAt(workspaceId, known.position);
  return hash === known.hash ? "held" : "contradicted";
}

function vouchersOf(workspaceId: string, known: Place | null): Voucher[] {
  const head = remembered(workspaceId);
  return [
    ...(head === null ? [] : [{ ...head, by: "A head signed earlier" }]),
    ...(known === null ? [] : [{ ...known, by: "The given head" }]),
  ];
}

/** Only retention moves the beginning of a chain, and it signs where to. */
export async function checkBase(walk: Walk, workspaceId: string, extent: Extent): Promise<SignedHead | null> {
  const head = await newestHead(workspaceId, Number.MAX_SAFE_INTEGER);
  const signed = head?.base ?? { position: 0, hash: "" };
  if (signed.position === extent.base.position && signed.hash === extent.base.hash) return head;
  const now = await extentOf(workspaceId);
  if (now.base.position === signed.position && now.base.hash === signed.hash) return head;
  const [from, until] = [signed.position, extent.base.position].toSorted((one, other) => one - other);
  walk.add({
    position: (from ?? 0) + 1,
    until: Math.max(until ?? 0, (from ?? 0) + 1),
    id: null,
    kind: "missing",
    message: "The beginning of the chain was moved, and not by retention.",
  });
  return head;
}

/** What lies behind the end: heads of places that are gone, and entries that no transaction put there. */
async function checkEnd(walk: Walk, workspaceId: string, vouchers: readonly Voucher[]): Promise<void> {
  const { position } = walk.last();
  const later = await nextHead(workspaceId, position + 1);
  const head = remembered(workspaceId);
  const ahead = [
    ...(later === null ? [] : [{ ...later, by: "A signed head" }]),
    ...(head === null ? [] : [{ ...head, by: "A head signed earlier" }]),
    ...vouchers,
  ];
  const { end } = await extentOf(workspaceId);
  for (const place of ahead) if (place.position > end.position) walk.vouched(place, place.by);
  for (const beyond of await entriesBeyond(workspaceId))
    walk.add({ ...beyond, kind: "inserted", message: "This entry stands behind the end of the chain." });
  for (const { id } of await unplacedEntries(workspaceId))
    walk.add({
      position: end.position,
      id,
      kind: "inserted",
      message: "This entry has no place, and is younger than the chain.",
    });
}

/** Signs a place that was found good, and keeps it. */
export async function keepHead(place: Parameters<typeof signHead>[0]): Promise<SignedHead> {
  const head = signHead(place);
  if (place.position > 0) await storeHead(head);
  return head;
}
