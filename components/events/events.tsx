"use client";
import { EventFilters } from "@/components/events/event-filters";
import { EventTable } from "@/components/events/event-row";
import { eventFilters } from "@/components/events/filters";
import { Records } from "@/components/live/records";
import { useAddressBar } from "@/components/shell/address-bar";
import { events } from "@/lib/client/records/events";
import type { CloudEvent } from "@/lib/events/schema";

const words = { title: "Events", one: "event", many: "events" } as const;

/** Decisions, changes and warnings are read apart and may come a little out of order. */
const newestFirst = (one: CloudEvent, other: CloudEvent) =>
  one.time < other.time ? 1 : one.time > other.time ? -1 : 0;

/** All that happened: as it happens, and as it was. Filters, view and the open event stand in the address bar. */
export function Events() {
  const { search } = useAddressBar();
  const filters = eventFilters.shown(search);
  return (
    <Records
      words={words}
      list={events.list(filters)}
      live={() => events.live(filters)}
      order={newestFirst}
      timeOf={({ time }) => time}
      noFilters={eventFilters.cleared(filters)}
      filterBar={(isStored) => <EventFilters filters={filters} stored={isStored} />}
      table={(shown) => <EventTable {...shown} />}
      waiting={{ text: "Calls, checks of scopes and changes appear here as they happen." }}
      first={{ text: "Calls, checks of scopes and changes leave one each." }}
    />
  );
}
