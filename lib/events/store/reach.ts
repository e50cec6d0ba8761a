import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { eventTypeNames, eventTypes, type EventType } from "@/lib/events/catalogue";
import type { EventFilters } from "@/lib/events/schema";
import { holds } from "@/lib/scopes/grant";

/** What a caller asked for, within what it may see. */
export interface Reach extends Omit<EventFilters, "type"> {
  workspaceId: string;
  types: ReadonlySet<string>;
  /** The customer whose events are all that the caller may see, or null. */
  bound: string | null;
}

/** Throws `invalid` for a type that the catalogue does not have. `keys.*` is every type of a group. */
export function reachOf(actor: Actor, { type, ...filters }: EventFilters): Reach {
  return {
    ...filters,
    workspaceId: actor.workspaceId,
    bound: customerOf(actor),
    types: new Set(typesNamed(type).filter((name) => holds(actor.scopes, eventTypes[name].scope))),
  };
}

function typesNamed(asked: string | undefined): readonly EventType[] {
  if (asked === undefined) return eventTypeNames;
  const named = eventTypeNames.filter((type) =>
    asked.endsWith(".*") ? type.startsWith(asked.slice(0, -1)) : type === asked,
  );
  if (named.length > 0) return named;
  throw new Problem("invalid", "Some fields are not valid.", {
    errors: [{ path: "type", message: "names no type of event." }],
  });
}
