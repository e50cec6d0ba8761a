import { z } from "zod";
import type { BusMessage } from "@/lib/bus/bus";

const Message = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("key-changed"),
    workspaceId: z.string(),
    keyId: z.string(),
    secretIds: z.array(z.string()),
    generation: z.number(),
  }),
  z.object({ kind: z.literal("ruleset-changed"), workspaceId: z.string(), version: z.number() }),
  z.object({
    kind: z.literal("ruleset-applied"),
    workspaceId: z.string(),
    version: z.number(),
    node: z.string(),
  }),
  z.object({ kind: z.literal("session-changed"), userId: z.string() }),
  z.object({ kind: z.literal("customer-changed"), workspaceId: z.string(), customerId: z.string() }),
  z.object({ kind: z.literal("subjects-changed"), workspaceId: z.string(), ids: z.array(z.string()) }),
  z.object({ kind: z.literal("role-changed"), workspaceId: z.string(), role: z.string() }),
  z.object({ kind: z.literal("plan-changed"), workspaceId: z.string(), plan: z.string() }),
  z.object({ kind: z.literal("portal-session-ended"), sessionId: z.string() }),
  z.object({ kind: z.literal("issuers-changed"), workspaceId: z.string() }),
  z.object({ kind: z.literal("decisions-loaded"), workspaceIds: z.array(z.string()) }),
  z.object({ kind: z.literal("logs-written"), workspaceId: z.string() }),
]);

const Envelope = z.object({ from: z.string(), message: Message.nullable() });

/** What travels between nodes: who sent it, and a message or, when null, a heartbeat. */
export interface Envelope {
  from: string;
  message: BusMessage | null;
}

export function writeEnvelope(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

/** Reads what another node sent; null for anything this version does not understand. */
export function readEnvelope(text: string): Envelope | null {
  try {
    const result = Envelope.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
