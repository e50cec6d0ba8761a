import { digestOf } from "@/lib/audit/chain/digest";
import { BlankedDetail, eraseAction, ErasureDetail } from "@/lib/audit/chain/erasure-detail";
import type { Link } from "@/lib/audit/chain/walk/link";
import { checkSeal } from "@/lib/audit/chain/seal";
import { entriesNamed, type StoredEntry } from "@/lib/audit/chain/stored";

/** Stored entries as links of a chain: digests computed anew, seals checked, erasures looked up. */
export async function linksOf(entries: readonly StoredEntry[]): Promise<Link[]> {
  const left = await recordedRemains(entries);
  return entries.map((entry) => ({
    position: entry.position,
    hash: entry.hash,
    id: entry.id,
    digest: entry.digest,
    contentDigest: digestOf(entry),
    erased: entry.erasedAt === null ? null : { digest: left.get(entry.id) ?? null },
    seal: checkSeal(entry.digest, entry.seal),
  }));
}

/** What the erasures recorded of the blanked ones among these entries: id → digest of what was left. */
async function recordedRemains(entries: readonly StoredEntry[]): Promise<ReadonlyMap<string, string>> {
  const [first] = entries;
  const erased = entries.flatMap(({ erasedAt, detail }) =>
    erasedAt === null ? [] : (BlankedDetail.safeParse(detail).data?.erasedBy ?? []),
  );
  if (first === undefined || erased.length === 0) return new Map();
  const records = await entriesNamed(first.workspace, [...new Set(erased)]);
  return new Map(records.flatMap(remainsIn));
}

/** What an entry recorded of others, if it is an erasure that Latchkey wrote. */
function remainsIn(record: StoredEntry): [string, string][] {
  const detail = ErasureDetail.safeParse(record.detail).data;
  const isGenuine =
    record.action === eraseAction &&
    record.erasedAt === null &&
    digestOf(record) === record.digest &&
    checkSeal(record.digest, record.seal) !== "bad";
  return detail === undefined || !isGenuine ? [] : detail.entries.map(({ id, digest }) => [id, digest]);
}
