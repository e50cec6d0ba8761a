import { linksOf } from "@/lib/audit/chain/walk/erasures";
import { checkHead } from "@/lib/audit/chain/heads/head";
import type { Place } from "@/lib/audit/chain/place";
import { headsBetween } from "@/lib/audit/chain/heads/signed-heads";
import { entriesBehind, extentOf, type StoredEntry } from "@/lib/audit/chain/stored";
import type { Walk } from "@/lib/audit/chain/walk/walk";

const entriesPerChunk = 500;

/** Someone's word for a place. */
export interface Voucher extends Place {
  by: string;
}

/**
 * Takes a walk along the stored chain up to a place, a chunk at a time; yields each chunk once the walk has judged it.
 * Signed heads on the way and `vouchers` are compared. What retention deletes meanwhile is not missing.
 */
export async function* walkStored(
  walk: Walk,
  {
    workspaceId,
    until,
    vouchers = [],
  }: { workspaceId: string; until: number; vouchers?: readonly Voucher[] },
): AsyncGenerator<StoredEntry[], void> {
  for (;;) {
    const after = walk.last().position;
    const entries = await entriesBehind(workspaceId, { after, until, limit: entriesPerChunk });
    if ((entries[0]?.position ?? Infinity) > after + 1 && after < until) {
      const { base } = await extentOf(workspaceId);
      if (base.position > after) {
        walk.skipTo(base);
        continue;
      }
    }
    const end = entries.at(-1);
    if (end === undefined) return;
    const places = [
      ...(await storedVouchers(walk, { workspaceId, from: after, until: end.position })),
      ...vouchers,
    ];
    const ask = ({ position }: Place) => {
      for (const place of places) if (place.position === position) walk.vouched(place, place.by);
    };
    ask(walk.last());
    for (const link of await linksOf(entries)) {
      walk.next(link);
      ask(walk.last());
    }
    yield entries;
  }
}

/** Signed heads of a stretch; one that is not genuine is a finding. One of a secret that is not held says nothing. */
async function storedVouchers(
  walk: Walk,
  { workspaceId, from, until }: { workspaceId: string; from: number; until: number },
): Promise<Voucher[]> {
  const heads = await headsBetween(workspaceId, { from, until });
  for (const head of heads)
    if (checkHead(head) === "bad" && head.position > from)
      walk.add({
        position: head.position,
        until: head.position,
        id: null,
        kind: "bad-head",
        message: "The signed head kept for this place is not genuine.",
      });
  return heads
    .filter((head) => checkHead(head) === "good")
    .map(({ position, hash }) => ({ position, hash, by: "A signed head" }));
}
