import type { Quota, RateLimit } from "@/lib/limits/schema";

/** Limits and quotas as a key, a plan or a customer holds them. */
export interface LimitSettings {
  rateLimits: readonly RateLimit[];
  quotas: readonly Quota[];
}

/** Who counts: a key (or another credential under its own id), or a customer for all its keys together. */
export interface LimitHolder extends LimitSettings {
  kind: "key" | "customer";
  id: string;
}

/** A rate limit and where it counts. */
export interface CountedLimit extends RateLimit {
  /** The name that headers and answers say: `minute`, or `customer:minute` for one that is shared. */
  label: string;
  /** Where it counts; a limit that changes algorithm or window begins anew, one that changes size goes on. */
  slot: string;
  /** Most that it can hold: the burst of a bucket, else the limit. */
  size: number;
}

/** A quota and where it counts; the period follows the slot. */
export interface CountedQuota extends Quota {
  label: string;
  slot: string;
  holder: { workspaceId: string; kind: LimitHolder["kind"]; id: string };
}

/** Everything that one call takes from, all or nothing. */
export interface Limits {
  rateLimits: readonly CountedLimit[];
  quotas: readonly CountedQuota[];
}

/** Puts a key's own limits in the place of its plan's: a limit of the same name, a quota of the same period. */
export function overPlan(own: LimitSettings, plan: LimitSettings | null): LimitSettings {
  if (plan === null) return own;
  const names = new Set(own.rateLimits.map(({ name }) => name));
  const periods = new Set(own.quotas.map(({ per }) => per));
  return {
    rateLimits: [...plan.rateLimits.filter(({ name }) => !names.has(name)), ...own.rateLimits],
    quotas: [...plan.quotas.filter(({ per }) => !periods.has(per)), ...own.quotas],
  };
}

/** What the holders together are limited by, with every name made once; null when nothing limits them. */
export function limitsOf(workspaceId: string, holders: readonly LimitHolder[]): Limits | null {
  const rateLimits = holders.flatMap((holder) =>
    holder.rateLimits.map((limit) => counted(workspaceId, holder, limit)),
  );
  const quotas = holders.flatMap((holder) =>
    holder.quotas.map((quota) => countedQuota(workspaceId, holder, quota)),
  );
  return rateLimits.length === 0 && quotas.length === 0 ? null : { rateLimits, quotas };
}

function counted(workspaceId: string, { kind, id }: LimitHolder, limit: RateLimit): CountedLimit {
  return {
    ...limit,
    label: labelOf(kind, limit.name),
    slot: `${workspaceId}:${id}:${limit.name}:${limit.algorithm}:${limit.windowSeconds}`,
    size: limit.algorithm === "token-bucket" ? (limit.burst ?? limit.limit) : limit.limit,
  };
}

function countedQuota(workspaceId: string, { kind, id }: LimitHolder, quota: Quota): CountedQuota {
  return {
    ...quota,
    label: labelOf(kind, `quota:${quota.per}`),
    slot: `${workspaceId}:${id}:${quota.per}`,
    holder: { workspaceId, kind, id },
  };
}

/** Names hold no colon, so that what is added here can be no one's own. */
function labelOf(kind: LimitHolder["kind"], name: string): string {
  return kind === "customer" ? `customer:${name}` : name;
}
