import type { Quota, RateLimit } from "@/lib/limits/schema";

/** One rate limit as it is typed. */
export interface LimitDraft {
  name: string;
  algorithm: "sliding-window" | "token-bucket";
  limit: string;
  windowSeconds: string;
  /** Token buckets only; empty means the limit. */
  burst: string;
}

/** Limits and quotas as they are typed. */
export interface LimitsDraft {
  rateLimits: readonly LimitDraft[];
  /** Calls per UTC day and month; empty means no quota. */
  quotaDay: string;
  quotaMonth: string;
}

export const emptyLimits: LimitsDraft = { rateLimits: [], quotaDay: "", quotaMonth: "" };

/** The draft that changing limits begins with. */
export function limitsDraftOf({
  rateLimits,
  quotas,
}: {
  rateLimits: readonly RateLimit[];
  quotas: readonly Quota[];
}): LimitsDraft {
  const quotaText = (per: Quota["per"]) => String(quotas.find((quota) => quota.per === per)?.limit ?? "");
  return {
    rateLimits: rateLimits.map((limit) => ({
      name: limit.name,
      algorithm: limit.algorithm,
      limit: String(limit.limit),
      windowSeconds: String(limit.windowSeconds),
      burst: limit.burst === undefined ? "" : String(limit.burst),
    })),
    quotaDay: quotaText("day"),
    quotaMonth: quotaText("month"),
  };
}

/** What the draft says to the API; what is no number is left undefined, for the API's schema to refuse. */
export function limitsOf(draft: LimitsDraft) {
  const [day, month] = [wholeOf(draft.quotaDay), wholeOf(draft.quotaMonth)];
  return {
    rateLimits: draft.rateLimits.map(({ name, algorithm, limit, windowSeconds, burst }) => ({
      name,
      algorithm,
      limit: wholeOf(limit),
      windowSeconds: wholeOf(windowSeconds),
      ...(algorithm === "token-bucket" && burst.trim() !== "" ? { burst: wholeOf(burst) } : {}),
    })),
    quotas: [
      ...(day === undefined ? [] : [{ limit: day, per: "day" as const }]),
      ...(month === undefined ? [] : [{ limit: month, per: "month" as const }]),
    ],
  };
}

/** What cannot be said to the API at all, because it is no number yet. */
export function unreadableLimits(
  draft: LimitsDraft,
): Partial<Record<"rateLimits" | "quotaDay" | "quotaMonth", string>> {
  const whole = "Must be a whole number such as 100000.";
  const isBroken = (text: string) => text.trim() !== "" && wholeOf(text) === undefined;
  const broken = draft.rateLimits.find(({ limit, burst }) => wholeOf(limit) === undefined || isBroken(burst));
  return {
    ...(isBroken(draft.quotaDay) && { quotaDay: whole }),
    ...(isBroken(draft.quotaMonth) && { quotaMonth: whole }),
    ...(broken && { rateLimits: `${broken.name} must be whole numbers such as 600.` }),
  };
}

/** What the limits are, in a word or two: "2 limits, a quota". */
export function limitsSaid({ rateLimits, quotaDay, quotaMonth }: LimitsDraft): string {
  const words = [
    rateLimits.length > 0 && `${rateLimits.length} ${rateLimits.length === 1 ? "limit" : "limits"}`,
    `${quotaDay}${quotaMonth}`.trim() !== "" && "a quota",
  ].filter((word) => word !== false);
  return words.length === 0 ? "unlimited" : words.join(", ");
}

/** A whole number, or undefined where none was typed. */
export function wholeOf(text: string): number | undefined {
  const digits = text.replace(/[\s,_]/g, "");
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
