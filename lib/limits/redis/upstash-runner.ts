import { Redis } from "@upstash/redis";
import { byName, type Runner } from "@/lib/limits/redis/runner";

/** A request that takes longer is ended; whoever waits has given up before. */
const requestMsMax = 5_000;

/** Scripts over Upstash's REST protocol, one request each. Nothing is tried twice: it may have been carried out. */
export function upstashRunner({ url, token }: { url: string; token: string }): Runner {
  const client = new Redis({
    url,
    token,
    retry: { retries: 0 },
    keepAlive: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
    readYourWrites: false,
    signal: () => AbortSignal.timeout(requestMsMax),
  });
  return {
    run: (script, keys, args) =>
      byName({
        evalsha: () => client.evalsha(script.sha, [...keys], [...args]),
        eval: () => client.eval(script.text, [...keys], [...args]),
      }),
    reconnect: () => undefined,
    close: () => undefined,
  };
}
