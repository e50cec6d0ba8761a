import { addressFilters, isMoment, upTo } from "@/components/live/filters/address-filters";
import type { EventFilters } from "@/lib/events/schema";

export const eventFilters = addressFilters<EventFilters>(
  {},
  {
    type: (value) => /^[a-z-]+\.(\*|[a-z-]+)$/.test(value),
    subject: upTo(100),
    customer: upTo(100),
    credential: upTo(64),
    from: isMoment,
    to: isMoment,
  },
);
