import { log } from "@/lib/log";
import { processState } from "@/lib/process/state";
import { createDeliverer, type Deliverer } from "@/lib/webhooks/delivery/deliverer";
import { fillFeeds } from "@/lib/webhooks/feed/fill-feed";

/** How often what is due is looked for; what is stored in this process is sent at once. */
const everyMs = 1_000;

interface Schedule {
  timer: NodeJS.Timeout | null;
  /** The look at Latchkey's own events that is under way. */
  filling: Promise<unknown> | null;
  deliverer: Deliverer | null;
}

const schedule = () =>
  processState<Schedule>("webhook-schedule", () => ({ timer: null, filling: null, deliverer: null }));

/** Begins to send what is due. Called once at start. */
export function startWebhooks(): void {
  const state = schedule();
  state.deliverer = createDeliverer();
  state.timer = setInterval(() => lookOnce(state), everyMs).unref();
}

/** Breaks attempts off, and gives back what they did not end. */
export async function stopWebhooks(): Promise<void> {
  const state = schedule();
  if (state.timer !== null) clearInterval(state.timer);
  state.timer = null;
  const { deliverer } = state;
  state.deliverer = null;
  await state.filling;
  await deliverer?.stop();
}

/** Sends what is due, and makes messages of what happened; a look at that which takes long is not begun twice. */
function lookOnce(state: Schedule): void {
  wakeWebhooks();
  state.filling ??= fillFeeds()
    .catch((error: unknown) => log.warn({ err: error }, "events were not set out; the next look tries again"))
    .finally(() => {
      state.filling = null;
      wakeWebhooks();
    });
}

/** Has what was just stored sent now, if this process sends. */
export function wakeWebhooks(): void {
  schedule()
    .deliverer?.wake()
    .catch((error: unknown) =>
      log.warn({ err: error }, "webhooks were not looked at; the next look tries again"),
    );
}
