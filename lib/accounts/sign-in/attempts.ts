import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import ipaddr from "ipaddr.js";
import { Problem } from "@/lib/api/problem";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { redis } from "@/lib/redis/client";

/** At most `limit` attempts under `name` in a fixed window of `seconds`, which the first attempt opens. */
export interface AttemptWindow {
  name: string;
  limit: number;
  seconds: number;
}

interface Counter {
  count: number;
  resetAtMs: number;
}

const countersMax = 50_000;

const counters = processState("attempts", () => new Map<string, Counter>());

/**
 * Counts one attempt in every window, and throws `rate-limited` when one of them is over. Attempts are counted before
 * they are judged, so a hundred at once are a hundred. A refused attempt does not prolong its window. With Redis all
 * nodes count together; while Redis is away each node counts by itself.
 */
export async function countAttempt(windows: readonly AttemptWindow[]): Promise<void> {
  const seconds = Math.max(countHere(windows), await countTogether(windows));
  if (seconds <= 0) return;
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  throw new Problem("rate-limited", `Too many attempts. Try again in ${minutes} min.`, {
    retryAfterSeconds: seconds,
  });
}

/** Takes one attempt back: it succeeded. */
export async function refundAttempt(windows: readonly AttemptWindow[]): Promise<void> {
  for (const { name } of windows) {
    const counter = counters.get(name);
    if (counter !== undefined) counter.count = Math.max(0, counter.count - 1);
  }
  await inRedis((client) =>
    Promise.all(windows.map(({ name }) => client.eval(refundScript, 1, keyOf(name)))),
  );
}

/** Forgets what was counted under these names. */
export async function clearAttempts(names: readonly string[]): Promise<void> {
  for (const name of names) counters.delete(name);
  await inRedis((client) => client.del(...names.map(keyOf)));
}

/** Seconds until the first full window opens again; 0 when none is full and the attempt was counted. */
function countHere(windows: readonly AttemptWindow[]): number {
  const now = Date.now();
  const full = windows
    .map((window) => ({ window, counter: counterOf(window, now) }))
    .filter(({ window, counter }) => counter.count >= window.limit);
  if (full.length > 0) return Math.max(...full.map(({ counter }) => counter.resetAtMs - now)) / 1000;
  for (const window of windows) counterOf(window, now).count += 1;
  return 0;
}

const countScript = `
local wait = 0
for i, key in ipairs(KEYS) do
  local count = tonumber(redis.call("GET", key) or "0")
  if count >= tonumber(ARGV[2 * i - 1]) then wait = math.max(wait, redis.call("PTTL", key), 1) end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  if redis.call("INCR", key) == 1 then redis.call("EXPIRE", key, ARGV[2 * i]) end
end
return 0`;

const refundScript = `
if tonumber(redis.call("GET", KEYS[1]) or "0") > 0 then return redis.call("DECR", KEYS[1]) end
return 0`;

async function countTogether(windows: readonly AttemptWindow[]): Promise<number> {
  const keys = windows.map(({ name }) => keyOf(name));
  const limits = windows.flatMap(({ limit, seconds }) => [limit, seconds]);
  const waitMs = await inRedis((client) => client.eval(countScript, keys.length, ...keys, ...limits));
  return typeof waitMs === "number" ? waitMs / 1000 : 0;
}

function keyOf(name: string): string {
  return `latchkey:attempts:${name}`;
}

async function inRedis<T>(work: (client: Redis) => Promise<T>): Promise<T | null> {
  const client = redis();
  if (client === null) return null;
  return work(client).catch((error: unknown) => {
    log.warn({ err: error }, "attempts are counted on this node alone");
    return null;
  });
}

function counterOf(window: AttemptWindow, now: number): Counter {
  const known = counters.get(window.name);
  if (known !== undefined && known.resetAtMs > now) return known;
  if (counters.size >= countersMax) dropOldest(now);
  const counter = { count: 0, resetAtMs: now + window.seconds * 1000 };
  counters.delete(window.name);
  counters.set(window.name, counter);
  return counter;
}

/** First what is over, then what was opened longest ago. */
function dropOldest(now: number): void {
  for (const [name, counter] of counters) if (counter.resetAtMs <= now) counters.delete(name);
  for (const name of counters.keys()) {
    if (counters.size < countersMax) return;
    counters.delete(name);
  }
}

/** What an address counts as: itself for IPv4, its /64 for IPv6, because one line has them all. */
export function addressGroup(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(":")
    : parsed.toString();
}

/** Names a mailbox in memory and in Redis without keeping it. */
export function emailTag(email: string): string {
  return createHash("sha256").update(email).digest("base64url").slice(0, 22);
}
