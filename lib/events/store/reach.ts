import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { eventTypeNames, eventTypes, type EventType } from "@/lib/events/catalogue";
import type { EventFilters } from "@/lib/events/schema";
import type { Happened } from "@/lib/events/store/cloud-event";
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
/** Whether a live event is within a reach; the same as the conditions of `sources.ts`, which a test holds against it. */
export function reaches(reach: Reach, happened: Happened): boolean {
  const { type, at, subject, customer, credential } = happened;
  return (
    reach.types.has(type) &&
    (reach.bound === null || customer === reach.bound) &&
    (reach.customer === undefined || concerns(reach, { subject, customer })) &&
    (reach.subject === undefined || subject === reach.subject) &&
    (reach.credential === undefined || credential === reach.credential) &&
    (reach.from === undefined || Date.parse(at) >= Date.parse(reach.from)) &&
    (reach.to === undefined || Date.parse(at) < Date.parse(reach.to))
  );
}

function concerns(
  { customer: wanted }: Reach,
  { subject, customer }: Pick<Happened, "subject" | "customer">,
): boolean {
  return customer === wanted || subject === wanted;
}
