import type { z } from "zod";
import type { Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { jsonOf } from "@/lib/db/json";
import { eventTypes, type EmittedType } from "@/lib/events/catalogue";

/** Something that happened. `subject` is the id of what it is about; `data` never holds a secret. */
export interface EmittedEvent<Type extends EmittedType> {
  workspaceId: string;
  type: Type;
  subject: string | null;
  customerId?: string | null;
  /** What the catalogue's schema of the type names; anything else is left out. */
  data: z.input<(typeof eventTypes)[Type]["data"]>;
}

/** Writes an event in the caller's transaction, so that it is there exactly when what it tells of is. */
export async function emitEvent<Type extends EmittedType>(tx: Tx, event: EmittedEvent<Type>): Promise<void> {
  const { workspaceId, type, subject, customerId = null } = event;
  const data = jsonOf(eventTypes[type].data.parse(event.data));
  await tx.event.create({ data: { workspaceId, id: newId("evt"), type, subject, customerId, data } });
}
