import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

const pending = processState("later", () => new Set<Promise<void>>());

/** Does something after the answer, so that the answer's time tells nothing about it. A failure is logged as `what`. */
export function later(what: string, work: () => Promise<unknown>): void {
  const promise = work()
    .then(() => undefined)
    .catch((error: unknown) => log.warn({ err: error }, `${what} failed`))
    .finally(() => pending.delete(promise));
  pending.add(promise);
}

/** Resolves when everything handed to {@link later} so far is done. Awaited at shutdown. */
export async function finishLater(): Promise<void> {
  while (pending.size > 0) await Promise.all(pending);
}
