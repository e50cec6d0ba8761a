import { Problem } from "@/lib/api/problem";
import { sql } from "@/lib/db/client";
import { inheritedStored } from "@/lib/events/recording/inherited";
import type { CountedQuota } from "@/lib/limits/effective";
import type { Period } from "@/lib/limits/period";
import { processState } from "@/lib/process/state";

/** Counts under way, by what they count, so that one is asked for once at a time. */
const counting = processState("quota-seeds", () => new Map<string, Promise<number>>());

/** How long a call waits for what a killed process left to be counted; then it is refused and may be tried again. */
const inheritedWaitMs = 5_000;

/**
 * What the calls of the period that were let through took, as far as they are recorded, those of killed processes too:
 * what a quota begins with when nobody remembers its count, so that a restart does not hand it out again. Rejects with
 * `unavailable` while they cannot be counted.
 */
export function recordedUsage(quota: CountedQuota, period: Period): Promise<number> {
  const slot = `${quota.slot}:${period.name}`;
  const known = counting.get(slot);
  if (known !== undefined) return known;
  const count = countCalls(quota, period).finally(() => counting.delete(slot));
  counting.set(slot, count);
  return count;
}

async function countCalls({ holder }: CountedQuota, { startsAtMs, endsAtMs }: Period): Promise<number> {
  if (!(await inheritedStored(inheritedWaitMs)))
    throw new Problem("unavailable", "Calls of before the restart are still being counted.", {
      retryAfterSeconds: 2,
    });
  const column = holder.kind === "key" ? "key_id" : "customer_id";
  const { rows } = await sql().query<{ taken: string }>(
    `select coalesce(sum(cost), 0)::text as taken from usage_per_day
      where workspace_id = $1 and ${column} = $2 and day >= $3 and day < $4 and outcome in ('ok', 'error')`,
    [holder.workspaceId, holder.id, new Date(startsAtMs), new Date(endsAtMs)],
  );
  return Number(rows[0]?.taken ?? 0);
}
