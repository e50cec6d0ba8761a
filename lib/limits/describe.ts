import { z } from "zod";
import { db } from "@/lib/db/client";
import {
  limitsOf,
  overPlan,
  type CountedLimit,
  type CountedQuota,
  type LimitSettings,
} from "@/lib/limits/effective";
import { lookAtLimits } from "@/lib/limits/look";
import type { LimitState } from "@/lib/limits/outcome";
import { QuotaInput, RateLimitInput, type EffectiveLimits } from "@/lib/limits/schema";

/** A key's row as far as its limits go. */
interface LimitedRow {
  workspaceId: string;
  id: string;
  customerId: string | null;
  plan: string | null;
  rateLimits: unknown;
  quotas: unknown;
}

const Settings = z.object({ rateLimits: z.array(RateLimitInput), quotas: z.array(QuotaInput) });

/** Everything that limits a key and how it stands now: its plan's with its own in their place, and its customer's. */
export async function describeLimits(key: LimitedRow): Promise<EffectiveLimits> {
  const { workspaceId, id, customerId } = key;
  const customer =
    customerId === null
      ? null
      : await db().customer.findUnique({ where: { workspaceId_id: { workspaceId, id: customerId } } });
  const name = key.plan ?? customer?.plan ?? null;
  const planRow =
    name === null ? null : await db().plan.findUnique({ where: { workspaceId_name: { workspaceId, name } } });
  const own = Settings.parse(key);
  const plan = planRow === null ? null : Settings.parse(planRow);
  const limits = limitsOf(workspaceId, [
    { kind: "key", id, ...overPlan(own, plan) },
    ...(customer === null
      ? []
      : [{ kind: "customer" as const, id: customer.id, ...Settings.parse(customer) }]),
  ]);
  const now = limits === null ? null : await lookAtLimits(limits);
  const nowOf = (label: string) => stateNow(now?.find((state) => state.name === label) ?? null);
  return {
    plan: name === null ? null : { name, from: key.plan === null ? "customer" : "key" },
    rateLimits: (limits?.rateLimits ?? []).map((limit) => ({
      ...RateLimitInput.parse(settingOf(limit)),
      source: sourceOf(limit, own),
      ...nowOf(limit.label),
    })),
    quotas: (limits?.quotas ?? []).map((quota) => ({
      limit: quota.limit,
      per: quota.per,
      source: sourceOf(quota, own),
      ...nowOf(quota.label),
    })),
  };
}

function settingOf({ name, algorithm, limit, windowSeconds, burst }: CountedLimit) {
  return { name, algorithm, limit, windowSeconds, burst };
}

function sourceOf(
  counted: CountedLimit | CountedQuota,
  own: LimitSettings,
): EffectiveLimits["quotas"][number]["source"] {
  if (counted.label.startsWith("customer:")) return "customer";
  const isOwn =
    "per" in counted
      ? own.quotas.some(({ per }) => per === counted.per)
      : own.rateLimits.some(({ name }) => name === counted.name);
  return isOwn ? "key" : "plan";
}

function stateNow(state: LimitState | null) {
  if (state === null) return { remaining: null, resetAt: null };
  return { remaining: state.remaining, resetAt: new Date(state.resetAtMs).toISOString() };
}
