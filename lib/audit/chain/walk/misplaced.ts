import type { Link } from "@/lib/audit/chain/walk/link";
import { linkHash } from "@/lib/audit/chain/place";

/** An entry that is whole and does not follow from the one before it. */
export interface Misplaced {
  link: Link;
  /** The stored hash before it. */
  before: string;
  /** First place that the break may lie at. */
  from: number;
  /** Whether another misplaced entry would fit at its place, or it at another's. */
  isElsewhere: boolean;
}

const keptMax = 200;

/** Collects misplaced entries and tells those that changed places from those whose hash was changed. */
export function createMisplaced() {
  const kept: Misplaced[] = [];
  return {
    add(one: Omit<Misplaced, "isElsewhere">): void {
      if (kept.length < keptMax) kept.push({ ...one, isElsewhere: false });
    },
    count: () => kept.length,
    touches: (from: number, until: number): boolean =>
      kept.some((one) => one.link.position >= from && one.from <= until),
    resolved(): Misplaced[] {
      for (const at of kept) for (const other of kept) if (other !== at) markIfFits(at, other);
      return kept.filter((one) => !followsAnother(one, kept));
    },
  };
}

/** Whether `other` fits where `at` stands: with its own hash, or with the one that stands there. */
function markIfFits(at: Misplaced, other: Misplaced): void {
  const hash = linkHash(at.before, at.link.position, other.link.digest);
  if (hash !== other.link.hash && hash !== at.link.hash) return;
  at.isElsewhere = true;
  other.isElsewhere = true;
}

/** Whether it is right after all, behind the entry that belongs before it. */
function followsAnother({ link, isElsewhere }: Misplaced, kept: readonly Misplaced[]): boolean {
  if (isElsewhere) return false;
  return kept.some(
    (other) => other.isElsewhere && linkHash(other.link.hash, link.position, link.digest) === link.hash,
  );
}
