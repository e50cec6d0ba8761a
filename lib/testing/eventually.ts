import { vi } from "vitest";

/** Waits for what comes by itself, on a busy machine too: 30 seconds at most. */
export function eventually<Seen>(check: () => Seen | Promise<Seen>): Promise<Seen> {
  return vi.waitFor(check, { timeout: 30_000, interval: 50 });
}
