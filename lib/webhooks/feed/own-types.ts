import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";
import { eventTypeNames, eventTypes, isEventType, type EventType } from "@/lib/events/catalogue";
import { holds } from "@/lib/scopes/grant";

/** Types of Latchkey's own events that can be sent: changes and warnings, not each call or value. */
const sendable = eventTypeNames.filter(
  (type) =>
    (eventTypes[type].kind === "emitted" || eventTypes[type].kind === "audited") &&
    !type.startsWith("datastore."),
);

/** Those that an endpoint names. Asking for everything asks for messages, not for these. */
export function ownTypesNamed(patterns: readonly string[]): EventType[] {
  return sendable.filter((type) =>
    patterns.some((asked) => (asked.endsWith(".*") ? type.startsWith(asked.slice(0, -1)) : asked === type)),
  );
}

/** Throws `forbidden` when an endpoint would be told what the caller may not read. */
export function requireReadable(actor: Actor, patterns: readonly string[]): void {
  for (const type of ownTypesNamed(patterns)) requireTypeReadable(actor, type);
}

/** Throws `forbidden` for a message that tells one of Latchkey's own events to a caller who may not read that event. */
export function requireTypeReadable(actor: Actor, eventType: string): void {
  if (!isEventType(eventType)) return;
  const { scope } = eventTypes[eventType];
  if (holds(actor.scopes, scope)) return;
  throw new Problem(
    "forbidden",
    `To have ${eventType}, which is one of Latchkey's own events, needs ${scope}.`,
    {
      members: { requiredScope: scope },
    },
  );
}

/** Has the workspace's own events read from now on, if they are not yet and an endpoint asks for any. */
export async function startFeed(tx: Tx, workspaceId: string, patterns: readonly string[]): Promise<void> {
  if (ownTypesNamed(patterns).length === 0) return;
  await tx.$executeRaw`
    insert into webhook_cursor (workspace_id, audit_position, event_position)
    select ${workspaceId}, coalesce(max(audit_position), 0), coalesce(max(event_position), 0)
      from trail where workspace_id = ${workspaceId}
    on conflict do nothing`;
}
