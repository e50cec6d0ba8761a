import { expiredChunk, type Expiry } from "@/lib/db/expired-chunk";
import { keptDays } from "@/lib/usage/measures/span";

/**
 * What of usage is kept no longer. Minutes wait for every enabled sink to have read them; the outbox of a sink is kept
 * a day longer than minutes, because what comes late to a minute is told from what was sent of it.
 */
export function expiredUsage(): Expiry[] {
  const { minute, hour, day } = keptDays();
  return [
    { statement: expiredChunk("usage_per_minute", `minute < ${age} and ${allSinksRead}`), values: [minute] },
    { statement: expiredChunk("usage_per_hour", `hour < ${age}`), values: [hour] },
    { statement: expiredChunk("usage_per_day", `day < ${age}`), values: [day] },
    { statement: expiredChunk("usage_late", `minute < ${age} and ${allSinksRead}`), values: [minute] },
    {
      statement: expiredChunk("sink_event", `minute < ${age} and delivered_at is not null`),
      values: [minute + 1],
    },
  ];
}

const age = "now() - make_interval(days => $2::int)";

const allSinksRead = `minute < coalesce(
    (select min(s.read_until) from sink s where s.workspace_id = w.id and s.disabled_at is null), 'infinity')`;
