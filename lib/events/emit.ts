import type { Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import type { JsonObject } from "@/lib/db/json";
import type { EventType } from "@/lib/events/catalogue";

/** Something that happened. `subject` is the id of what it is about; `data` never holds a secret. */
export interface EmittedEvent {
  workspaceId: string;
  type: EventType;
  subject: string | null;
  customerId?: string | null;
  data: JsonObject;
}

/** Writes an event in the caller's transaction, so that it is there exactly when what it tells of is. */
export async function emitEvent(tx: Tx, event: EmittedEvent): Promise<void> {
  const { workspaceId, type, subject, customerId = null, data } = event;
  await tx.event.create({ data: { workspaceId, id: newId("evt"), type, subject, customerId, data } });
}
