import { createPatience } from "@/lib/limits/redis/patience";
import { log } from "@/lib/log";

/** How often a limiter that failed is asked whether it answers again. */
const probeEveryMs = 250;

/** Two seconds, in which an answer must have come. */
const patience = { tickMs: 100, ticks: 20 };

/**
 * Knows whether the limiter that nodes share answers. The first failure takes it out of use, so that the calls after
 * it wait for nothing; it comes back by itself as soon as it has answered a probe.
 */
export function createAvailability({
  probe,
  reconnect,
}: {
  probe: () => Promise<void>;
  reconnect: () => void;
}) {
  const patiently = createPatience(patience);
  let failedAtMs: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const failed = (error: unknown) => {
    if (failedAtMs !== null || closed) return;
    failedAtMs = Date.now();
    log.warn({ reason: String(error).slice(0, 200) }, "the limiter that nodes share does not answer");
    reconnect();
    timer = setTimeout(() => void tryAgain(), probeEveryMs).unref();
  };
  const tryAgain = async () => {
    try {
      await patiently(probe());
      if (closed) return;
      log.info({ awayMs: Date.now() - (failedAtMs ?? 0) }, "the limiter that nodes share answers again");
      failedAtMs = null;
    } catch {
      if (!closed) timer = setTimeout(() => void tryAgain(), probeEveryMs).unref();
    }
  };
  return {
    /** When it failed, until it has answered again. */
    failedAtMs: () => failedAtMs,
    /** Bounds the wait for `work`; its failure takes the limiter out of use. */
    async watch<Answer>(work: Promise<Answer>): Promise<Answer> {
      try {
        return await patiently(work);
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
