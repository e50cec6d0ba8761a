import { createFindings, type NewFinding } from "@/lib/audit/chain/walk/finding";
import type { Finding } from "@/lib/audit/schema";
import { linkHash, type Place } from "@/lib/audit/chain/place";
import type { Link } from "@/lib/audit/chain/walk/link";
import { createMisplaced, type Misplaced } from "@/lib/audit/chain/walk/misplaced";

/** A walk along a chain, entry by entry, in memory that does not grow with the chain. */
export interface Walk {
  /** The next entry in the order of places. */
  next(link: Link): void;
  /** A place that someone vouches for; asked right after the entry of that place, or when the walk is past or before it. */
  vouched(place: Place, by: string): void;
  /** Everything up to here was deleted for its age meanwhile. */
  skipTo(base: Place): void;
  add(finding: NewFinding): void;
  last(): Place;
  /** The last place that someone vouched for. */
  vouchedTo(): number;
  isSound(): boolean;
  /** Where the chain is said to end; null when nobody says. */
  finish(end: Place | null): Finding[];
}

const words = {
  edited: "What this entry says is not what was written.",
  blanked: "This entry was blanked, and no erasure recorded it so.",
  missing: "Entries are missing here.",
  reordered: "This entry stands at another place than it was given.",
  rehashed: "The hash here does not follow from the one before it.",
  forged: "This entry carries no seal of this installation.",
  unknown: "These entries' seals are of a secret that is not held, and no signed head vouches for them.",
};

/** Begins a walk behind `base`. */
export function createWalk(base: Place): Walk {
  const findings = createFindings();
  const misplaced = createMisplaced();
  let last: Place = base;
  /** Hashes that the next entry may follow; none when what came before is missing. */
  let before: string[] = [base.hash];
  let sound = base.position;
  let unknownFrom: number | null = null;
  /** Whether the entry before is known to be genuine, so that a break behind it is not its own. */
  let isTrusted = true;

  function judge(link: Link, follows: boolean): void {
    const { position, id } = link;
    if (link.erased === null ? link.contentDigest !== link.digest : link.erased.digest !== link.contentDigest)
      findings.add(
        link.erased === null
          ? { position, id, kind: "edited", message: words.edited }
          : { position, id, kind: "erased-unrecorded", message: words.blanked },
      );
    else if (link.seal === "bad" && !follows)
      findings.add({ position, id, kind: "edited", message: words.edited });
    else if (link.seal === "bad") findings.add({ position, id, kind: "inserted", message: words.forged });
    else if (!follows) misplaced.add({ link, before: last.hash, from: isTrusted ? position : position - 1 });
    if (link.seal === "unknown") unknownFrom ??= position;
  }

  function settle(one: Misplaced): void {
    const { position, id } = one.link;
    if (one.isElsewhere) findings.add({ position, id, kind: "reordered", message: words.reordered });
    else findings.add({ position: one.from, until: position, id, kind: "rehashed", message: words.rehashed });
  }

  return {
    next(link) {
      const { position, id, digest, hash } = link;
      if (position <= last.position) {
        findings.add({ position, id, kind: "reordered", message: words.reordered });
        return;
      }
      if (position > last.position + 1) {
        const gap = { position: last.position + 1, until: position - 1, id: null };
        findings.add({ ...gap, kind: "missing", message: words.missing });
        before = [];
      }
      const expected = before.map((previous) => linkHash(previous, position, digest));
      const follows = before.length === 0 || expected.includes(hash);
      judge(link, follows);
      before = follows ? [hash] : [hash, ...expected];
      last = { position, hash };
      isTrusted = link.seal === "good";
    },
    vouched(place, by) {
      if (place.position > last.position) {
        // Where entries went between the last vouched place and the end cannot be told once the rest was rehashed.
        findings.add({
          position: Math.min(sound, last.position) + 1,
          until: place.position,
          id: null,
          kind: "truncated",
          message: `${by} saw place ${place.position}, which is gone: entries behind place ${sound} were deleted.`,
        });
      } else if (place.position === last.position && place.hash === last.hash) {
        sound = place.position;
        unknownFrom = null;
        isTrusted = true;
      } else if (place.position === last.position) {
        const span = { position: Math.min(sound + 1, place.position), until: place.position };
        if (!findings.touches(span.position, span.until) && !misplaced.touches(span.position, span.until))
          findings.add({
            ...span,
            id: null,
            kind: "rehashed",
            message: `${by} saw another hash at place ${place.position}.`,
          });
        sound = place.position;
      }
    },
    skipTo(place) {
      last = place;
      before = [place.hash];
      sound = Math.max(sound, place.position);
      isTrusted = true;
    },
    add: (finding) => findings.add(finding),
    last: () => last,
    vouchedTo: () => sound,
    isSound: () => findings.all().length === 0 && misplaced.count() === 0 && unknownFrom === null,
    finish(end) {
      if (end !== null && end.position > last.position) {
        const gone = { position: last.position + 1, until: end.position, id: null };
        findings.add({ ...gone, kind: "truncated", message: "The end of the chain is gone." });
      } else if (end !== null && end.position === last.position && end.hash !== last.hash) {
        if (
          !findings.touches(last.position, last.position) &&
          !misplaced.touches(last.position, last.position)
        )
          findings.add({ position: last.position, id: null, kind: "rehashed", message: words.rehashed });
      }
      for (const one of misplaced.resolved()) settle(one);
      if (unknownFrom !== null)
        findings.add({
          position: unknownFrom,
          until: last.position,
          id: null,
          kind: "unsealed",
          message: words.unknown,
        });
      return findings.all();
    },
  };
}
