"use client";
import { shownFilters } from "@/components/events/filters";
import { LiveEvents } from "@/components/events/live-events";
import { StoredEvents } from "@/components/events/stored-events";
import { useAddressBar } from "@/components/shell/address-bar";

/** All that happened: as it happens, and as it was. Filters, view and the open event stand in the address bar. */
export function Events() {
  const { search } = useAddressBar();
  const filters = shownFilters(search);
  const key = JSON.stringify(filters);
  if (search.get("view") === "history") return <StoredEvents key={key} filters={filters} />;
  return <LiveEvents key={key} filters={filters} />;
}
