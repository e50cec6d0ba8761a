import { processState } from "@/lib/process/state";

/** What nodes tell each other. Small and idempotent: a lost or doubled message costs a re-read, never a wrong verdict. */
export type BusMessage =
  | { kind: "key-changed"; workspaceId: string; keyId: string; secretIds: string[]; generation: number }
  | { kind: "ruleset-changed"; workspaceId: string; version: number }
  /** A node applies this version from now on. */
  | { kind: "ruleset-applied"; workspaceId: string; version: number; node: string }
  | { kind: "session-changed"; userId: string }
  /** The customer was disabled, enabled or deleted, or what caps its keys changed. */
  | { kind: "customer-changed"; workspaceId: string; customerId: string }
  /** A key or customer was given one of these external ids, or lost it. */
  | { kind: "subjects-changed"; workspaceId: string; ids: string[] }
  /** What the role grants changed, or it is gone. */
  | { kind: "role-changed"; workspaceId: string; role: string }
  /** What the plan limits changed. */
  | { kind: "plan-changed"; workspaceId: string; plan: string }
  | { kind: "portal-session-ended"; sessionId: string }
  | { kind: "issuers-changed"; workspaceId: string }
  | { kind: "decisions-loaded"; workspaceIds: string[] }
  | { kind: "logs-written"; workspaceId: string }
  /** Delivered by a transport to its own process when it hears again after a silence: caches re-read everything. */
  | { kind: "messages-missed" };

/** A transport between nodes. `publish` resolves when the message was handed over, and never throws for a lost peer. */
export interface Bus {
  publish(message: BusMessage): Promise<void>;
  /** Calls back for messages of every node, this one included, in order per sender. Returns how to stop. */
  subscribe(listener: (message: BusMessage) => void): () => void;
  /** False while other nodes cannot be heard; caches then fall back to their time to live. */
  healthy(): boolean;
  close(): Promise<void>;
}

const state = processState<{ bus: Bus | null }>("bus", () => ({ bus: null }));

/** Called once at start. */
export function useBus(bus: Bus): void {
  state.bus = bus;
}

/** The bus of this process. */
export function bus(): Bus {
  if (state.bus === null) throw new Error("useBus() was not called at start");
  return state.bus;
}
