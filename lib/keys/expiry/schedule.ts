import { forgetOldAnswers } from "@/lib/api/idempotency/idempotency";
import { warnOfExpiry } from "@/lib/keys/expiry/warn-of-expiry";
import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";

const firstAfterMs = 1_000;
const everyMs = 60_000;

interface Schedule {
  timer: NodeJS.Timeout | null;
  running: Promise<void>;
  stopping: boolean;
}

const schedule = () =>
  processState<Schedule>("expiry-warnings", () => ({
    timer: null,
    running: Promise.resolve(),
    stopping: false,
  }));

/** Looks for keys about to expire, and for kept answers that did, a second after the start and then every minute. */
export function startExpiryWarnings(): void {
  const state = schedule();
  state.stopping = false;
  plan(state, firstAfterMs);
}

/** Waits for a run under way, then no more. */
export async function stopExpiryWarnings(): Promise<void> {
  const state = schedule();
  state.stopping = true;
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  await state.running;
}

function plan(state: Schedule, afterMs: number): void {
  state.timer = setTimeout(() => {
    state.running = run(state);
  }, afterMs).unref();
}

async function run(state: Schedule): Promise<void> {
  try {
    await warnOfExpiry();
    await forgetOldAnswers();
  } catch (error) {
    log.warn({ err: error }, "what expires could not be looked for; the next run tries again");
  }
  if (!state.stopping) plan(state, everyMs);
}
