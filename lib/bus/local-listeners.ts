import type { BusMessage } from "@/lib/bus/bus";
import { log } from "@/lib/log";

/** The listeners of this process. One that throws does not keep the others from hearing. */
export function localListeners() {
  const listeners = new Set<(message: BusMessage) => void>();
  return {
    subscribe(listener: (message: BusMessage) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    deliver(message: BusMessage): void {
      for (const listener of listeners) {
        try {
          listener(message);
        } catch (error) {
          log.error({ err: error, kind: message.kind }, "a bus listener failed");
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
