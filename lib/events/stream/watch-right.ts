import { customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { bus, type BusMessage } from "@/lib/bus/bus";
import { log } from "@/lib/log";
import type { PlatformScope } from "@/lib/scopes/catalogue";
import { holds } from "@/lib/scopes/grant";

/** What says that the right is gone, and not only that nobody can tell right now. */
const losses: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "foreign-origin"]);

const recheckMs = 30_000;

/** The right that an open stream lives by. */
export interface WatchedRight {
  scopes: readonly PlatformScope[];
  /** Who the same request would come from now. Throws a {@link Problem} when nobody any more. */
  authenticateAgain(): Promise<Actor>;
  /** Called once it is gone, or reaches other rows than when the stream began. */
  onLost(): void;
}

/** Looks at a caller's right every 30 s and whenever its key or session changed. Returns how to stop. */
export function watchRight(actor: Actor, right: WatchedRight): () => void {
  const check = async () => {
    try {
      const now = await right.authenticateAgain();
      // Only a loss is an event; looking again and again is none.
      for (const scope of right.scopes) if (!holds(now.scopes, scope)) requireScope(now, scope);
      if (sameReach(actor, now)) return;
    } catch (error) {
      if (!(error instanceof Problem && losses.has(error.kind))) {
        log.warn({ err: error }, "a live stream's right could not be checked");
        return;
      }
    }
    right.onLost();
  };
  const timer = setInterval(() => void check(), recheckMs);
  const unsubscribe = bus().subscribe((message) => {
    if (concerns(message, actor)) void check();
  });
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}

function concerns(message: BusMessage, actor: Actor): boolean {
  switch (actor.kind) {
    case "key":
      if (message.kind === "key-changed") return message.keyId === actor.keyId;
      if (message.kind === "role-changed") return message.workspaceId === actor.workspaceId;
      return message.kind === "customer-changed" && message.customerId === actor.customerId;
    case "session":
      return message.kind === "session-changed" && message.userId === actor.userId;
    case "portalSession":
      if (message.kind === "portal-session-ended") return message.sessionId === actor.sessionId;
      return message.kind === "customer-changed" && message.customerId === actor.customerId;
    case "system":
      return false;
  }
}

/** Whether someone still sees exactly the rows that the stream began with. */
function sameReach(before: Actor, now: Actor): boolean {
  return before.workspaceId === now.workspaceId && customerOf(before) === customerOf(now);
}
