import { LogLevel } from "@/lib/logs/schema";
import type { PlacedLine } from "@/lib/logs/rows/placed-line";

/** One row under {@link writtenSelect}. */
export interface WrittenRow {
  position: string;
  id: string;
  at: string;
  level: string;
  message: string;
  data: unknown;
  address: string | null;
  trace_id: string | null;
  customer_id: string | null;
  written_by: string | null;
  service_id: string | null;
  service: string | null;
}

/** What the API shows of a written line; the time as RFC 3339 text with microseconds. */
export const writtenSelect = `position, log_line.id,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, level, message, data, address, trace_id,
  customer_id, written_by, service_id, coalesce(service.slug, service_id) as service`;

/** Where a line's service gets its slug from. */
export const writtenServiceJoin =
  "left join service on service.workspace_id = log_line.workspace_id and service.id = log_line.service_id";

/** A row as the API shows it. */
export function writtenLine(row: WrittenRow): PlacedLine {
  return {
    place: Number(row.position),
    serviceId: row.service_id,
    line: {
      id: row.id,
      at: row.at,
      level: LogLevel.parse(row.level),
      source: "service",
      service: row.service,
      customer: row.customer_id,
      message: row.message,
      data: row.data,
      address: row.address,
      traceId: row.trace_id,
      writtenBy: row.written_by,
      decision: null,
    },
  };
}
