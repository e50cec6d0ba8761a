import { log } from "@/lib/log";
import {
  claimDue,
  endDelivery,
  giveBack,
  type Busy,
  type ClaimedDelivery,
  type DueDelivery,
} from "@/lib/webhooks/delivery/claim";
import { postMessage } from "@/lib/webhooks/delivery/attempt/post";
import { settle } from "@/lib/webhooks/delivery/settle";
import { unopenable } from "@/lib/webhooks/endpoints/keyring";
import { stopMore } from "@/lib/webhooks/endpoints/stop-deliveries";

/** How a deliverer works; each is as in production when left out. */
export interface DelivererOptions {
  /** Attempts side by side; 64. */
  atOnce?: number;
  /** How long a receiver is waited for; 15 s. */
  timeoutMs?: number;
  /** The only workspace that is served; all when left out. */
  workspaceId?: string;
}

/** Sends what is due, as long as there is room. */
export interface Deliverer {
  /** Looks for what is due, now. Resolves when all that was found is under way. */
  wake(): Promise<void>;
  /** Resolves when nothing is due and nothing is under way. */
  settled(): Promise<void>;
  /** Breaks attempts off; what they sent may be sent again, with the same id. */
  stop(): Promise<void>;
}

/** Makes a deliverer; it begins with the first {@link Deliverer.wake}. */
export function createDeliverer({ atOnce = 64, timeoutMs, workspaceId }: DelivererOptions = {}): Deliverer {
  const stopping = new AbortController();
  const busy = new Map<string, Busy>();
  const attempts = new Set<Promise<void>>();
  let looking: Promise<void> | null = null;
  let again = false;

  async function look(): Promise<void> {
    do {
      again = false;
      while (!stopping.signal.aborted && attempts.size < atOnce) {
        const claimed = await claimDue({
          free: atOnce - attempts.size,
          busy: [...busy.values()],
          workspaceId: workspaceId ?? null,
        });
        for (const delivery of claimed) begin(delivery);
        if (claimed.length === 0) break;
      }
    } while (again);
  }

  function begin(delivery: DueDelivery): void {
    const { endpointId } = delivery;
    count(delivery, 1);
    const attempt: Promise<void> = attemptOnce(delivery, { signal: stopping.signal, timeoutMs })
      .catch((error: unknown) =>
        log.warn({ err: error, endpoint: endpointId }, "an attempt was not written down"),
      )
      .finally(() => {
        attempts.delete(attempt);
        count(delivery, -1);
        wake().catch((error: unknown) => log.warn({ err: error }, "webhooks were not looked at"));
      });
    attempts.add(attempt);
  }

  function count({ workspaceId: of, holder, endpointId }: DueDelivery, change: 1 | -1): void {
    const under = (busy.get(endpointId)?.count ?? 0) + change;
    if (under > 0) busy.set(endpointId, { workspaceId: of, holder, endpointId, count: under });
    else busy.delete(endpointId);
  }

  async function wake(): Promise<void> {
    again = true;
    if (stopping.signal.aborted) return;
    looking ??= look().finally(() => {
      looking = null;
    });
    await looking;
  }

  return {
    wake,
    async settled() {
      for (;;) {
        await wake();
        if (attempts.size === 0) return;
        await Promise.race(attempts);
      }
    },
    async stop() {
      stopping.abort();
      await looking?.catch(() => undefined);
      await Promise.all(attempts);
    },
  };
}

interface Circumstances {
  signal: AbortSignal;
  timeoutMs: number | undefined;
}

async function attemptOnce(delivery: ClaimedDelivery, { signal, timeoutMs }: Circumstances): Promise<void> {
  const { workspaceId, endpointId, url, messageId: id, body, secrets, endpointDisabled } = delivery;
  if (endpointDisabled) {
    await stopMore({ workspaceId, id: endpointId });
    return giveBack(delivery);
  }
  if (secrets === null) return endDelivery(delivery, unopenable);
  const posted = await postMessage({ url, id, body, secrets }, { signal, timeoutMs });
  if (signal.aborted && !posted.succeeded) await giveBack(delivery);
  else await settle(delivery, posted);
}
