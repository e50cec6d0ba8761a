import type { RateLimit, VerifiedKey } from "@/lib/keys/verified-key";
import { memoryLimiter, type Taken } from "@/lib/limits/memory-limiter";
import type { LimitOutcome, LimitState } from "@/lib/limits/outcome";
import { takeQuotaInMemory, takeQuotaOnRedis } from "@/lib/limits/quota";
import { createRedisLimiter } from "@/lib/limits/redis-limiter";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { redis } from "@/lib/redis/client";

/** The part of a key that limits are about. */
export type Limited = Pick<VerifiedKey, "workspaceId" | "keyId" | "rateLimits" | "quota">;

const free: LimitOutcome = { ok: true, states: [] };

const shared = processState<{ limiter: ReturnType<typeof createRedisLimiter> | null; warnedAtMs: number }>(
  "redis-limiter",
  () => ({
    limiter: null,
    warnedAtMs: 0,
  }),
);

/**
 * Takes `cost` from every limit of the key and from its quota; all must pass. When one refuses, the others get back
 * what they gave: at once in process, by a second command on Redis, until which others see less than there is, never
 * more. The limit that refused keeps the tokens of a sliding-window call that cost more than was left, as the library
 * has it. Synchronous in process (the first call of a quota's period excepted). While Redis is away each node limits
 * for itself.
 */
export function consumeLimits(key: Limited, cost: number): LimitOutcome | Promise<LimitOutcome> {
  if (cost === 0 || (key.rateLimits.length === 0 && key.quota === null)) return free;
  const connection = redis();
  if (connection === null) return consumeInMemory(key, cost);
  shared.limiter ??= createRedisLimiter(connection);
  return consumeOnRedis(key, cost).catch((error: unknown) => {
    warn(error);
    return consumeInMemory(key, cost);
  });
}

function consumeInMemory(key: Limited, cost: number): LimitOutcome | Promise<LimitOutcome> {
  const states: LimitState[] = [];
  const undo = (count: number) =>
    key.rateLimits
      .slice(0, count)
      .forEach((limit) => memoryLimiter.giveBack(slotOf(key, limit), limit, cost));
  for (const [index, limit] of key.rateLimits.entries()) {
    const { ok, state } = memoryLimiter.take(slotOf(key, limit), limit, cost);
    if (!ok) {
      undo(index);
      return refused("RATE_LIMITED", state, states);
    }
    states.push(state);
  }
  if (key.quota === null) return { ok: true, states };
  const conclude = ({ ok, state }: Taken): LimitOutcome => {
    if (ok) return { ok: true, states: [...states, state] };
    undo(key.rateLimits.length);
    return refused("QUOTA_EXCEEDED", state, states);
  };
  const taken = takeQuotaInMemory({ ...key, quota: key.quota }, cost);
  return taken instanceof Promise ? taken.then(conclude) : conclude(taken);
}

async function consumeOnRedis(key: Limited, cost: number): Promise<LimitOutcome> {
  const [connection, { limiter }] = [redis(), shared];
  if (connection === null || limiter === null) throw new Error("there is no Redis");
  const states: LimitState[] = [];
  const undo = (count: number) =>
    Promise.all(
      key.rateLimits.slice(0, count).map((limit) => limiter.giveBack(slotOf(key, limit), limit, cost)),
    );
  for (const [index, limit] of key.rateLimits.entries()) {
    const { ok, state } = await limiter.take(slotOf(key, limit), limit, cost);
    if (!ok) {
      await undo(index);
      return refused("RATE_LIMITED", state, states);
    }
    states.push(state);
  }
  if (key.quota === null) return { ok: true, states };
  const { ok, state } = await takeQuotaOnRedis(connection, { ...key, quota: key.quota }, cost);
  if (ok) return { ok: true, states: [...states, state] };
  await undo(key.rateLimits.length);
  return refused("QUOTA_EXCEEDED", state, states);
}

function refused(
  code: "RATE_LIMITED" | "QUOTA_EXCEEDED",
  state: LimitState,
  others: readonly LimitState[],
): LimitOutcome {
  const retryAfterSeconds = Math.max(1, Math.ceil((state.resetAtMs - Date.now()) / 1_000));
  return { ok: false, code, retryAfterSeconds, states: [state, ...others] };
}

/** A limit that changes its algorithm or window begins anew; one that changes its size goes on. */
function slotOf(key: Limited, limit: RateLimit): string {
  return `${key.workspaceId}:${key.keyId}:${limit.name}:${limit.algorithm}:${limit.windowSeconds}`;
}

function warn(error: unknown): void {
  const nowMs = Date.now();
  if (nowMs - shared.warnedAtMs < 10_000) return;
  shared.warnedAtMs = nowMs;
  log.warn({ err: error }, "redis did not answer; this node limits for itself");
}
