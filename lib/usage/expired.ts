import { keptDays } from "@/lib/usage/measures/span";

/** A statement that deletes at most `$3` rows of the workspace `$1` that are older than `$2` days, and those days. */
export interface Expiry {
  statement: string;
  days: number;
}

/**
 * What of usage is kept no longer. Minutes wait for every enabled sink to have read them; the outbox of a sink is kept
 * a day longer than minutes, because what comes late to a minute is told from what was sent of it.
 */
export function expiredUsage(): Expiry[] {
  const { minute, hour, day } = keptDays();
  return [
    { statement: chunk("usage_per_minute", `minute < ${age} and ${allSinksRead}`), days: minute },
    { statement: chunk("usage_per_hour", `hour < ${age}`), days: hour },
    { statement: chunk("usage_per_day", `day < ${age}`), days: day },
    { statement: chunk("usage_late", `minute < ${age} and ${allSinksRead}`), days: minute },
    { statement: chunk("sink_event", `minute < ${age} and delivered_at is not null`), days: minute + 1 },
  ];
}

const age = "now() - make_interval(days => $2::int)";

const allSinksRead = `minute < coalesce(
    (select min(s.read_until) from sink s where s.workspace_id = $1 and s.disabled_at is null), 'infinity')`;

function chunk(table: string, condition: string): string {
  return `delete from ${table} where ctid in (select ctid from ${table} where workspace_id = $1 and ${condition} limit $3::int)`;
}
