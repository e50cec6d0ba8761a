import { portalUrl } from "@/lib/env";
import { eventTypes, isEventType } from "@/lib/events/catalogue";
import type { CloudEvent } from "@/lib/events/schema";

/** How far each stream of events reaches. A decision has place 2 · seq, the role check that it carries the one before. */
export interface Places {
  decision: number;
  event: number;
  audit: number;
}

/** Something that happened, as the tables in which it lies say it. */
export interface Happened {
  stream: keyof Places;
  /** Place in the order of its stream, {@link Places}. */
  place: number;
  id: string;
  type: string;
  /** RFC 3339 UTC with microseconds, so that text compares as time does. */
  at: string;
  subject: string | null;
  customer: string | null;
  credential: string | null;
  data: Record<string, unknown>;
  /** What a reader bound to the customer is told instead, where that differs. */
  dataForCustomer?: Record<string, unknown>;
}

/** As a CloudEvent, for someone who sees the whole workspace or for one bound to a customer. */
export function cloudEvent(
  happened: Happened,
  { workspaceId, bound }: { workspaceId: string; bound: string | null },
): CloudEvent {
  const { id, type, at, subject, customer, credential } = happened;
  return {
    specversion: "1.0",
    id,
    source: `/workspaces/${workspaceId}`,
    type,
    time: at,
    ...(subject === null ? {} : { subject }),
    datacontenttype: "application/json",
    dataschema: dataschemaOf(type),
    ...(customer === null ? {} : { customer }),
    ...(credential === null ? {} : { credential }),
    data: bound === null ? happened.data : (happened.dataForCustomer ?? happened.data),
  };
}

/** Where the type's entry is, with the version of its schema. */
function dataschemaOf(type: string): string {
  const version = isEventType(type) ? eventTypes[type].version : 1;
  return `${portalUrl()}/api/v1/events/types#${type}.v${version}`;
}
