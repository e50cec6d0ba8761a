import { addressFilters, among, isMoment, upTo } from "@/components/live/filters/address-filters";
import type { LogFilters } from "@/lib/logs/schema";

export const logFilters = addressFilters<LogFilters>(
  {},
  {
    q: upTo(200),
    level: among(["trace", "debug", "info", "warn", "error", "fatal"]),
    service: upTo(100),
    source: among(["service", "gateway"]),
    traceId: (value) => /^[\x21-\x7e]{1,128}$/.test(value),
    from: isMoment,
    to: isMoment,
  },
);
