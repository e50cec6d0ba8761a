import type { Script } from "@/lib/limits/redis/scripts";

/** A way to run a script on the Redis that nodes share. */
export interface Runner {
  /** Whole numbers that the script answered. Rejects at once while there is no connection; may hang. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<number[]>;
  /** Gives the connection up, because it carries nothing, and makes another. */
  reconnect(): void;
  close(): void;
}

/** Runs by name, and in full where the name is not known yet. */
export async function byName(ask: {
  evalsha: () => Promise<unknown>;
  eval: () => Promise<unknown>;
}): Promise<number[]> {
  try {
    return wholeNumbers(await ask.evalsha());
  } catch (error) {
    if (!String(error).includes("NOSCRIPT")) throw error;
    return wholeNumbers(await ask.eval());
  }
}

function wholeNumbers(answer: unknown): number[] {
  if (Array.isArray(answer) && answer.every((value): value is number => typeof value === "number"))
    return answer;
  throw new Error("a script answered something else than numbers");
}
