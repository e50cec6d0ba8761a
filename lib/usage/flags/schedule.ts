import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { watchKeys } from "@/lib/usage/flags/watch-keys";

const everyMs = 60_000;

interface Schedule {
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
  stopping: boolean;
}

const schedule = () =>
  processState<Schedule>("key-watch", () => ({ timer: null, running: null, stopping: false }));

/** Looks at the keys' traffic every minute. Called once at start. */
export function startKeyWatch(): void {
  const state = schedule();
  state.stopping = false;
  plan(state);
}

/** Waits for a look that has begun, then looks no more. */
export async function stopKeyWatch(): Promise<void> {
  const state = schedule();
  state.stopping = true;
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  await state.running;
}

function plan(state: Schedule): void {
  if (state.stopping) return;
  state.timer = setTimeout(() => {
    state.running = run(state);
  }, everyMs).unref();
}

async function run(state: Schedule): Promise<void> {
  try {
    const look = await watchKeys();
    if (look !== null && look.flagged + look.unflagged > 0) log.info(look, "keys were flagged or unflagged");
  } catch (error) {
    log.warn({ err: error }, "keys were not looked at; the next run tries again");
  }
  plan(state);
}
