import type { Place } from "@/lib/audit/chain/place";

/** An entry as a walk along the chain sees it. */
export interface Link extends Place {
  id: string;
  /** As stored. */
  digest: string;
  /** Computed from what the entry says now. */
  contentDigest: string;
  /** For a blanked entry what its erasure recorded of it: the digest of the blanked entry; null when nothing did. */
  erased: { digest: string | null } | null;
  seal: "good" | "bad" | "unknown" | "unchecked";
}
