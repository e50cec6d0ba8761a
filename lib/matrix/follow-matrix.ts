import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { bus, type BusMessage } from "@/lib/bus/bus";
import { watchRight } from "@/lib/events/stream/watch-right";
import { log } from "@/lib/log";
import { newestVersion } from "@/lib/matrix/rule-book";
import type { PlatformScope } from "@/lib/scopes/catalogue";

/** What changed under a matrix that someone looks at. */
export type MatrixEvent =
  /** Rules or services: the version that holds now. The first event says which one held when the stream began. */
  | { kind: "ruleset"; version: number }
  /** A key, a role or a customer: rows and what rules make of them. */
  | { kind: "credentials" }
  | { kind: "heartbeat" }
  | { kind: "end"; reason: string };

export interface FollowingMatrix {
  authenticateAgain(): Promise<Actor>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

const scopes: readonly PlatformScope[] = ["read:rules", "read:keys"];
const heartbeatMs = 15_000;

/**
 * Says when a matrix must be read again. Events of one kind that come faster than the client reads are one event, so
 * nothing piles up. Needs `read:rules` and `read:keys`; ends when the caller loses them.
 */
export function followMatrix(actor: Actor, following: FollowingMatrix): AsyncGenerator<MatrixEvent[]> {
  for (const scope of scopes) requireScope(actor, scope);
  requireProvider(actor);
  return follow(actor, following);
}

async function* follow(
  actor: Actor,
  { authenticateAgain, signal }: FollowingMatrix,
): AsyncGenerator<MatrixEvent[]> {
  const waiting = new Map<MatrixEvent["kind"], MatrixEvent>();
  let wake: (() => void) | null = null;
  const tell = (event: MatrixEvent) => {
    const before = waiting.get(event.kind);
    if (before?.kind !== "ruleset" || event.kind !== "ruleset" || before.version < event.version)
      waiting.set(event.kind, event);
    wake?.();
  };
  const lookAgain = () =>
    newestVersion(actor.workspaceId).then(
      (version) => tell({ kind: "ruleset", version }),
      (error: unknown) => log.warn({ err: error }, "a matrix's version could not be read"),
    );
  const stops = [
    bus().subscribe((message) => {
      const event = eventOf(message, actor.workspaceId);
      if (event !== null) tell(event);
      if (message.kind !== "messages-missed") return;
      tell({ kind: "credentials" });
      void lookAgain();
    }),
    watchRight(actor, {
      scopes,
      authenticateAgain,
      onLost: () => tell({ kind: "end", reason: "The right to read rules and keys ended." }),
    }),
  ];
  const heartbeat = setInterval(() => tell({ kind: "heartbeat" }), heartbeatMs);
  const onGone = () => wake?.();
  signal.addEventListener("abort", onGone, { once: true });
  try {
    await lookAgain();
    while (!signal.aborted) {
      if (waiting.size === 0) await new Promise<void>((resolve) => (wake = resolve));
      const events = [...waiting.values()];
      waiting.clear();
      if (events.length > 0) yield events;
      if (events.some((event) => event.kind === "end")) return;
    }
  } finally {
    clearInterval(heartbeat);
    signal.removeEventListener("abort", onGone);
    for (const stop of stops) stop();
  }
}

const ofCredentials: ReadonlySet<BusMessage["kind"]> = new Set([
  "key-changed",
  "customer-changed",
  "role-changed",
]);

function eventOf(message: BusMessage, workspaceId: string): MatrixEvent | null {
  if (!("workspaceId" in message) || message.workspaceId !== workspaceId) return null;
  if (message.kind === "ruleset-changed") return { kind: "ruleset", version: message.version };
  return ofCredentials.has(message.kind) ? { kind: "credentials" } : null;
}

/** An event as server-sent text. `retry` asks plain EventSource clients to come back after a second. */
export function matrixEventText(event: MatrixEvent): string {
  switch (event.kind) {
    case "ruleset":
      return `id: ${event.version}\nevent: ruleset\ndata: ${JSON.stringify({ version: event.version })}\n\n`;
    case "credentials":
      return "event: credentials\ndata: {}\n\n";
    case "heartbeat":
      return ": heartbeat\nretry: 1000\n\n";
    case "end":
      return `event: end\ndata: ${JSON.stringify({ reason: event.reason })}\n\n`;
  }
}
