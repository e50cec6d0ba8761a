import type { StatusName } from "@/components/ui/words/status-word";
import type { Key } from "@/lib/keys/schema";

/** A key that ends within this time is said to expire soon: 7 days. */
const soonMs = 7 * 86_400_000;

/** Whether a key will never be good again. */
export function isOver(key: Pick<Key, "status">): boolean {
  return key.status === "revoked" || key.status === "expired";
}

/** Whether a key that is good now will end within 7 days. */
export function expiresSoon(key: Pick<Key, "status" | "expiresAt">, nowMs: number): boolean {
  return key.expiresAt !== null && !isOver(key) && Date.parse(key.expiresAt) - nowMs < soonMs;
}

/** The word of a key's state. An overlap is said before a near end, because it needs someone first. */
export function statusOf(key: Pick<Key, "status" | "expiresAt">, nowMs: number): StatusName {
  switch (key.status) {
    case "rotating":
      return "overlap";
    case "active":
      return expiresSoon(key, nowMs) ? "expires-soon" : "active";
    case "disabled":
    case "revoked":
    case "expired":
      return key.status;
  }
}

/** Why a key cannot be rotated, or false when it can. */
export function whyNotRotated(key: Pick<Key, "status">): string | false {
  if (key.status === "rotating") return "Its old secret still works. End that overlap first.";
  if (key.status === "revoked") return "It is revoked.";
  return key.status === "expired" && "It has expired. Move its end first.";
}

/** `key_8sLk3cWd…`: enough of an id to tell keys apart in a row. */
export function shortId(id: string): string {
  return id.length > 16 ? `${id.slice(0, 12)}…` : id;
}
