import type { Actor } from "@/lib/api/actor";
import { watchRight, type WatchedRight } from "@/lib/events/stream/watch-right";

/** What a stream does while it is open. */
export interface OpenStream extends WatchedRight {
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  onGone(): void;
  /** Time to say how far the stream is, so that both ends know that it is open. */
  onBeat(): void;
}

const heartbeatMs = 15_000;

/** Watches over an open stream: its caller's right, its client, and its heartbeat. Returns how to stop. */
export function keepOpen(actor: Actor, { signal, onGone, onBeat, ...right }: OpenStream): () => void {
  const stopWatching = watchRight(actor, right);
  const heartbeat = setInterval(onBeat, heartbeatMs);
  signal.addEventListener("abort", onGone, { once: true });
  return () => {
    stopWatching();
    clearInterval(heartbeat);
    signal.removeEventListener("abort", onGone);
  };
}
