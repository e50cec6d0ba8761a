import { z } from "zod";
import { requireScope, type Actor } from "@/lib/api/actor";
import { eventTypeNames, eventTypes } from "@/lib/events/catalogue";
import type { EventTypeList } from "@/lib/events/schema";
import { holds } from "@/lib/scopes/grant";

/** The catalogue of events. Needs `read:events`. */
export function listEventTypes(actor: Actor): EventTypeList {
  requireScope(actor, "read:events");
  return {
    items: eventTypeNames.map((type) => {
      const { description, version, scope, data } = eventTypes[type];
      const schema = z.toJSONSchema(data, { unrepresentable: "any" });
      return { type, description, version, scope, readable: holds(actor.scopes, scope), schema };
    }),
  };
}
