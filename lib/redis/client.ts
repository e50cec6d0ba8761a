import { Redis } from "ioredis";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

const state = processState<{ client: Redis | null }>("redis", () => ({ client: null }));

/**
 * The connection of this process to REDIS_URL for commands, or null without one. A command fails at once while Redis
 * is away, and after one second when it hangs; whoever asks says what then holds.
 */
export function redis(): Redis | null {
  const url = env().REDIS_URL;
  if (url === undefined) return null;
  return (state.client ??= connectRedis(url));
}

/** A connection whose commands are refused, not queued, while it is down. */
export function connectRedis(url: string): Redis {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1_000,
    connectTimeout: 2_000,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
  });
  client.on("error", (error: Error) => log.warn({ err: error.message }, "redis connection"));
  return client;
}

/** Ends the connection, if there is one. */
export function closeRedis(): void {
  state.client?.disconnect();
  state.client = null;
}
