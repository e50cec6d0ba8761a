import type { Redis } from "ioredis";
import { z } from "zod";
import { sql } from "@/lib/db/client";
import type { Quota, VerifiedKey } from "@/lib/keys/verified-key";
import type { Taken } from "@/lib/limits/memory-limiter";
import { processState } from "@/lib/process/state";

/** A key and its quota. */
export type QuotaHolder = Pick<VerifiedKey, "workspaceId" | "keyId"> & { quota: Quota };

interface Period {
  startsAt: Date;
  endsAtMs: number;
}

interface Counter {
  used: number;
  endsAtMs: number;
}

const state = processState("quota-counters", () => ({
  counters: new Map<string, Counter>(),
  seeds: new Map<string, Promise<number>>(),
}));

/** The UTC day or month that a moment lies in. */
export function periodOf(per: Quota["per"], nowMs: number): Period {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return per === "day"
    ? { startsAt: new Date(Date.UTC(year, month, day)), endsAtMs: Date.UTC(year, month, day + 1) }
    : { startsAt: new Date(Date.UTC(year, month, 1)), endsAtMs: Date.UTC(year, month + 1, 1) };
}

/**
 * Takes `cost` from the quota, in this process. The first call of a period counts from recorded usage, where a call
 * is one whatever it cost, so that a restart does not hand the quota out again.
 */
export function takeQuotaInMemory(
  holder: QuotaHolder,
  cost: number,
  nowMs = Date.now(),
): Taken | Promise<Taken> {
  const period = periodOf(holder.quota.per, nowMs);
  const slot = slotOf(holder, period);
  const counter = state.counters.get(slot);
  if (counter !== undefined) return takeFrom(counter, holder.quota, cost);
  return seedOf(slot, holder, period).then((used) => {
    const counted = state.counters.get(slot) ?? { used, endsAtMs: period.endsAtMs };
    state.counters.set(slot, counted);
    dropPast(nowMs);
    return takeFrom(counted, holder.quota, cost);
  });
}

function takeFrom(counter: Counter, quota: Quota, cost: number): Taken {
  const ok = counter.used + cost <= quota.limit;
  if (ok) counter.used += cost;
  return taken(ok, counter.used, quota, counter.endsAtMs);
}

/** One step for all nodes: nothing is given beyond the limit, and a missing count asks for its seed first. */
const script = `
local used = redis.call('GET', KEYS[1])
if used == false then
  if ARGV[3] == '' then return {-1, 0} end
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
  used = ARGV[3]
end
if tonumber(used) + tonumber(ARGV[1]) > tonumber(ARGV[2]) then return {0, tonumber(used)} end
return {1, redis.call('INCRBY', KEYS[1], ARGV[1])}`;

const Reply = z.tuple([z.number(), z.number()]);

/** The same for all nodes together, atomically on Redis. */
export async function takeQuotaOnRedis(redis: Redis, holder: QuotaHolder, cost: number): Promise<Taken> {
  const nowMs = Date.now();
  const period = periodOf(holder.quota.per, nowMs);
  const slot = slotOf(holder, period);
  // Kept a day longer than the period, so that a node whose clock is behind still finds the count.
  const lifeMs = period.endsAtMs - nowMs + 86_400_000;
  const ask = async (seed: string) =>
    Reply.parse(
      await redis.eval(script, 1, `latchkey:quota:${slot}`, cost, holder.quota.limit, seed, lifeMs),
    );
  let [verdict, used] = await ask("");
  if (verdict === -1) [verdict, used] = await ask(String(await seedOf(slot, holder, period)));
  return taken(verdict === 1, used, holder.quota, period.endsAtMs);
}

function taken(ok: boolean, used: number, quota: Quota, resetAtMs: number): Taken {
  const windowSeconds = quota.per === "day" ? 86_400 : 2_592_000;
  return {
    ok,
    state: {
      name: `quota-${quota.per}`,
      limit: quota.limit,
      remaining: Math.max(0, quota.limit - used),
      windowSeconds,
      resetAtMs,
    },
  };
}

function slotOf({ workspaceId, keyId, quota }: QuotaHolder, { startsAt }: Period): string {
  return `${workspaceId}:${keyId}:${quota.per}:${startsAt.toISOString().slice(0, 10)}`;
}

/** Recorded calls of the period that were let through, asked for once at a time. */
function seedOf(slot: string, holder: QuotaHolder, period: Period): Promise<number> {
  const known = state.seeds.get(slot);
  if (known !== undefined) return known;
  const seed = countRecorded(holder, period).finally(() => state.seeds.delete(slot));
  state.seeds.set(slot, seed);
  return seed;
}

async function countRecorded({ workspaceId, keyId }: QuotaHolder, { startsAt }: Period): Promise<number> {
  const { rows } = await sql().query<{ calls: string }>(
    `select coalesce(sum(calls), 0)::text as calls from usage_hour
      where workspace_id = $1 and key_id = $2 and hour >= $3 and outcome in ('ok', 'error')`,
    [workspaceId, keyId, startsAt],
  );
  return Number(rows[0]?.calls ?? 0);
}

function dropPast(nowMs: number): void {
  for (const [slot, counter] of state.counters) if (counter.endsAtMs <= nowMs) state.counters.delete(slot);
}
