import { Ratelimit } from "@upstash/ratelimit";

/** The Lua that `@upstash/ratelimit` decides with, word for word, without the header that plain Redis refuses. */
export interface LibraryScripts {
  /** KEYS: window, window before. ARGV: limit, now, window in ms, cost. Answers {left or less than 0, limit}. */
  slidingWindow: string;
  /** KEYS: bucket. ARGV: size, window in ms, refill, now, cost. Answers {left or -1, next refill, size}. */
  tokenBucket: string;
}

type UpstashRedis = ConstructorParameters<typeof Ratelimit>[0]["redis"];
type Algorithm = ReturnType<typeof Ratelimit.slidingWindow>;

/** Reads the scripts from the library: it is asked for a verdict over a client that only listens. */
export async function libraryScripts(): Promise<LibraryScripts> {
  return {
    slidingWindow: await scriptOf(Ratelimit.slidingWindow(1, "1 s")),
    tokenBucket: await scriptOf(Ratelimit.tokenBucket(1, "1 s", 1)),
  };
}

async function scriptOf(limiter: Algorithm): Promise<string> {
  const heard: string[] = [];
  const redis = asUpstashRedis({
    evalsha: () => Promise.reject(new Error("NOSCRIPT")),
    eval: (script: string) => {
      heard.push(script);
      return Promise.resolve([0, 0, 0]);
    },
  });
  await new Ratelimit({ redis, limiter, ephemeralCache: false, timeout: 0, analytics: false }).limit("any");
  const [script] = heard;
  if (script === undefined) throw new Error("@upstash/ratelimit asked nothing of its client");
  return script.replace(/^#!lua[^\n]*\n/, "");
}

/** The one cast: the library's algorithms call nothing of Upstash's client but these two. */
function asUpstashRedis(client: {
  evalsha: () => Promise<never>;
  eval: (script: string) => Promise<number[]>;
}): UpstashRedis {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return client as unknown as UpstashRedis;
}
