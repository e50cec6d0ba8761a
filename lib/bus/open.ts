import type { Bus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { postgresBus } from "@/lib/bus/postgres";
import { redisBus } from "@/lib/bus/redis";
import type { Environment } from "@/lib/env";

/**
 * The bus that the environment calls for: Redis, else PostgreSQL's notifications, else this process alone (the
 * embedded database admits one process). It connects in the background and counts as unhealthy until it hears itself.
 */
export function openBus(env: Pick<Environment, "REDIS_URL" | "DATABASE_URL">): Bus {
  if (env.REDIS_URL !== undefined) return redisBus(env.REDIS_URL);
  if (env.DATABASE_URL !== undefined) return postgresBus(env.DATABASE_URL);
  return memoryBus();
}
