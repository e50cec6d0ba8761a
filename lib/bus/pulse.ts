/** A transport counts as deaf when it has not heard its own heartbeat for this long. */
export const deafAfterMs = 3_000;

/** How often a node sends itself a heartbeat through the transport. */
export const beatEveryMs = 1_000;

/** Health of one transport, by what was really heard and not by what a socket believes. */
export interface Pulse {
  /** A heartbeat of this node came back. Answers whether the transport was deaf until now. */
  heard(): boolean;
  /** The connection broke. */
  lost(): void;
  healthy(): boolean;
}

export function createPulse(now: () => number = () => Date.now()): Pulse {
  let heardAtMs = Number.NEGATIVE_INFINITY;
  const healthy = () => now() - heardAtMs < deafAfterMs;
  return {
    heard() {
      const wasDeaf = !healthy();
      heardAtMs = now();
      return wasDeaf;
    },
    lost() {
      heardAtMs = Number.NEGATIVE_INFINITY;
    },
    healthy,
  };
}
