import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { createDeliverer, type Deliverer } from "@/lib/webhooks/delivery/deliverer";

/** How often what is due is looked for; what is stored in this process is sent at once. */
const everyMs = 1_000;

interface Schedule {
  timer: NodeJS.Timeout | null;
  deliverer: Deliverer | null;
}

const schedule = () => processState<Schedule>("webhook-schedule", () => ({ timer: null, deliverer: null }));

/** Begins to send what is due. Called once at start. */
export function startWebhooks(): void {
  const state = schedule();
  state.deliverer = createDeliverer();
  state.timer = setInterval(wakeWebhooks, everyMs).unref();
}

/** Breaks attempts off, and gives back what they did not end. */
export async function stopWebhooks(): Promise<void> {
  const state = schedule();
  if (state.timer !== null) clearInterval(state.timer);
  state.timer = null;
  const { deliverer } = state;
  state.deliverer = null;
  await deliverer?.stop();
}

/** Has what was just stored sent now, if this process sends. */
export function wakeWebhooks(): void {
  schedule()
    .deliverer?.wake()
    .catch((error: unknown) =>
      log.warn({ err: error }, "webhooks were not looked at; the next look tries again"),
    );
}
