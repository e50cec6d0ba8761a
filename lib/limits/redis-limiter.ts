import { createHash } from "node:crypto";
import { Ratelimit } from "@upstash/ratelimit";
import type { Redis } from "ioredis";
import type { RateLimit } from "@/lib/keys/verified-key";
import type { Taken } from "@/lib/limits/memory-limiter";

/** Distinct limits kept as limiter objects; they hold no counts, so dropping them loses nothing. */
const limitersMax = 10_000;

type UpstashRedis = ConstructorParameters<typeof Ratelimit>[0]["redis"];

/** The limits of every node together, decided by `@upstash/ratelimit` on one Redis. */
export function createRedisLimiter(redis: Redis) {
  const scripts = asUpstashRedis(scriptRunner(redis));
  const limiters = new Map<string, Ratelimit>();
  const limiterFor = (limit: RateLimit) => {
    const slot = JSON.stringify([limit.algorithm, limit.limit, limit.windowSeconds, limit.burst]);
    const known = limiters.get(slot);
    if (known !== undefined) return known;
    if (limiters.size >= limitersMax) limiters.clear();
    const made = createLimiter(scripts, limit);
    limiters.set(slot, made);
    return made;
  };
  return {
    async take(slot: string, limit: RateLimit, cost: number): Promise<Taken> {
      const answer = await limiterFor(limit).limit(slot, { rate: cost });
      const { remaining, reset: resetAtMs, success: ok } = answer;
      const { name, windowSeconds } = limit;
      return {
        ok,
        state: { name, limit: answer.limit, remaining: Math.max(0, remaining), windowSeconds, resetAtMs },
      };
    },
    /** Undoes a `take` that passed. Until it arrives others see less than there is, never more. */
    async giveBack(slot: string, limit: RateLimit, cost: number): Promise<void> {
      await limiterFor(limit).limit(slot, { rate: -cost });
    },
  };
}

/** No ephemeral cache: it would refuse cheap calls because a dear one was refused. No timeout: it would admit. */
function createLimiter(redis: UpstashRedis, limit: RateLimit): Ratelimit {
  const window = `${limit.windowSeconds} s` as const;
  return new Ratelimit({
    redis,
    limiter:
      limit.algorithm === "token-bucket"
        ? Ratelimit.tokenBucket(limit.limit, window, limit.burst ?? limit.limit)
        : Ratelimit.slidingWindow(limit.limit, window),
    prefix: "latchkey:limit",
    ephemeralCache: false,
    timeout: 0,
    analytics: false,
  });
}

/** Upstash's own header line, which a plain Redis refuses. */
const header = "#!lua flags=allow-key-locking\n";

/** `eval`, `evalsha` and `scriptLoad` over ioredis; scripts lose the header and so get another hash. */
function scriptRunner(redis: Redis) {
  const bodies = new Map<string, { body: string; sha: string }>();
  const known = (script: string) => {
    const body = script.startsWith(header) ? script.slice(header.length) : script;
    const kept = { body, sha: sha1(body) };
    bodies.set(sha1(script), kept);
    return kept;
  };
  const asText = (values: readonly unknown[]) => values.map(String);
  return {
    eval(script: string, keys: string[], args: unknown[]) {
      return redis.eval(known(script).body, keys.length, ...keys, ...asText(args));
    },
    async evalsha(hash: string, keys: string[], args: unknown[]) {
      const script = bodies.get(hash);
      if (script === undefined) throw new Error("NOSCRIPT this script was not sent yet");
      return redis.evalsha(script.sha, keys.length, ...keys, ...asText(args));
    },
    scriptLoad: (script: string) => redis.script("LOAD", known(script).body),
  };
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** The one cast: the library's algorithms call nothing of Upstash's client but these three. */
function asUpstashRedis(runner: ReturnType<typeof scriptRunner>): UpstashRedis {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return runner as unknown as UpstashRedis;
}
