import type { Burn } from "@/components/usage/burn-down";
import { compactText } from "@/components/charts/prepare";
import { windowText } from "@/components/keys/detail/status-words";
import { soonText } from "@/components/ui/words/ahead";
import type { EffectiveLimits } from "@/lib/limits/schema";

type StandingLimit = EffectiveLimits["rateLimits"][number];
type StandingQuota = EffectiveLimits["quotas"][number];

/** How a rate limit stands, as its meter says it. */
export interface LimitState {
  /** `Rate`, or the limit's own name. */
  label: string;
  /** `600 a minute, burst 900`. */
  size: string;
  /** Calls that are gone of what it holds; null while nobody can say. */
  used: number | null;
  most: number;
  /** What follows: when it is whole again, or whose it is. */
  note: string;
}

const sourceWords = {
  plan: "from the plan",
  key: "the key's own",
  customer: "shared by all keys of the customer",
} as const;

const quotaSourceWords = { plan: "plan's", key: "own", customer: "customer's" } as const;

/** Reads a rate limit's state at `nowMs`. */
export function limitState(limit: StandingLimit, nowMs: number): LimitState {
  const isBucket = limit.algorithm === "token-bucket";
  const most = isBucket ? (limit.burst ?? limit.limit) : limit.limit;
  const used = limit.remaining === null ? null : Math.max(0, most - Math.floor(limit.remaining));
  const rate = `${limit.limit.toLocaleString("en")} ${windowText(limit.windowSeconds)}`;
  const source = sourceWords[limit.source];
  const spent = used !== null && used >= most && limit.resetAt !== null;
  return {
    label: limit.name === "default" ? "Rate" : limit.name,
    size: isBucket && most !== limit.limit ? `${rate}, burst ${most.toLocaleString("en")}` : rate,
    used,
    most,
    note:
      used === null
        ? `${source}; the limiter does not answer`
        : spent && limit.resetAt !== null
          ? `${source}; nothing left until ${soonText(limit.resetAt, nowMs)}`
          : `${source}; ${isBucket ? "token bucket" : "sliding window"}`,
  };
}

/** `Quota, this month` and how much of it is used. */
export function quotaState(
  quota: StandingQuota,
  nowMs: number,
): { label: string; source: string; burn: Burn } {
  const { per, limit, remaining } = quota;
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const [begin, end] =
    per === "day"
      ? [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)]
      : [Date.UTC(year, month), Date.UTC(year, month + 1)];
  return {
    label: per === "day" ? "Quota, today" : "Quota, this month",
    source: quotaSourceWords[quota.source],
    burn: {
      limit,
      used: remaining === null ? null : limit - remaining,
      startsAt: new Date(begin).toISOString(),
      endsAt: new Date(end).toISOString(),
    },
  };
}

/** `91 of 600`. */
export function usedText(used: number | null, most: number): string {
  return `${used === null ? "?" : compactText(used)} of ${compactText(most)}`;
}
