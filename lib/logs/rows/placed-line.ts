import type { LogLine, LogSource } from "@/lib/logs/schema";

/** A line with where it stands among those of its source, and what filters ask beyond the public fields. */
export interface PlacedLine {
  line: LogLine;
  /** Position of a written line, sequence number of an access line's decision. */
  place: number;
  serviceId: string | null;
}

/** Where a line stands in the log. `at` is RFC 3339 with microseconds. */
export interface LogPoint {
  at: string;
  source: LogSource;
  place: number;
}

/** Where a line stands in the log. */
export function pointOf({ line, place }: PlacedLine): LogPoint {
  return { at: line.at, source: line.source, place };
}

/** Less than 0 when `one` stands before `other` in a list, newest first. At the same moment written lines stand first. */
export function compareNewestFirst(one: LogPoint, other: LogPoint): number {
  if (one.at !== other.at) return one.at > other.at ? -1 : 1;
  if (one.source !== other.source) return one.source === "service" ? -1 : 1;
  return other.place - one.place;
}
