import type { Bus, BusMessage } from "@/lib/bus/bus";
import { localListeners } from "@/lib/bus/local-listeners";

/** The bus of a single process: every message reaches every listener before `publish` returns. */
export function memoryBus(): Bus {
  const local = localListeners();
  return {
    publish(message: BusMessage) {
      local.deliver(message);
      return Promise.resolve();
    },
    subscribe: local.subscribe,
    healthy: () => true,
    close() {
      local.clear();
      return Promise.resolve();
    },
  };
}
