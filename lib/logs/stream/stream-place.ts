import type { LogSource } from "@/lib/logs/schema";

/** How far a client of a log's stream has come: the place of the last line of each source that it got or that was looked at. */
export type Places = Record<LogSource, number>;

/** As the id of a stream's event. */
export function placeText({ service, gateway }: Places): string {
  return `${service}-${gateway}`;
}

/** Reads an id back. */
export function placesIn(text: string): Places {
  const [service, gateway] = text.split("-").map(Number);
  return { service: service ?? 0, gateway: gateway ?? 0 };
}
