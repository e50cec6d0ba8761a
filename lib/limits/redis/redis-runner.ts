import { Redis } from "ioredis";
import { byName, type Runner } from "@/lib/limits/redis/runner";
import { log } from "@/lib/log";

/**
 * Scripts over a connection of their own, so that nothing slow stands before them. Commands wait for the very first
 * connection; later, while there is none, they are refused. A command that was under way when a connection broke is
 * not sent again: it may have been carried out.
 */
export function redisRunner(url: string): Runner {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500),
  });
  client.on("error", (error: Error) => log.warn({ err: error.message }, "redis limiter connection"));
  let opening: Promise<void> | null = new Promise((resolve, reject) => {
    client.once("ready", resolve);
    client.once("close", () => reject(new Error("redis cannot be reached")));
  });
  const opened = () => (opening = null);
  opening.then(opened, opened);
  return {
    async run(script, keys, args) {
      if (opening !== null) await opening;
      if (client.status !== "ready") throw new Error("redis is not connected");
      return byName({
        evalsha: () => client.evalsha(script.sha, keys.length, ...keys, ...args),
        eval: () => client.eval(script.text, keys.length, ...keys, ...args),
      });
    },
    reconnect: () => client.disconnect(true),
    close: () => client.disconnect(),
  };
}
