import { db, sql } from "@/lib/db/client";
import { locks } from "@/lib/db/locks";
import { addedUp, countedAgain, removal } from "@/lib/usage/rebuild/statements";
import { keptDays } from "@/lib/usage/measures/span";

const dayMs = 86_400_000;

/** What usage can be made from again. */
export type UsageSource = "decisions" | "minutes" | "hours";

/** What was done: which days from what, and those of which nothing is left to count. */
export interface Rebuilt {
  workspaceId: string;
  days: { day: string; from: UsageSource | "nothing" }[];
}

/**
 * Makes usage of whole UTC days again, oldest first, each in a transaction of its own: from decisions where they are
 * kept, else hours and day from minutes, else the day from hours. `source` allows only that one. Days without a source
 * stay as they are, so nothing that is known is lost.
 */
export async function rebuildUsage(
  workspaceId: string,
  { fromMs, toMs, source }: { fromMs: number; toMs: number; source?: UsageSource | undefined },
): Promise<Rebuilt> {
  const { retentionDays } = await db().workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { retentionDays: true },
  });
  const days: Rebuilt["days"] = [];
  for (let day = Math.floor(fromMs / dayMs) * dayMs; day < toMs; day += dayMs) {
    const from = sourceOf(day, retentionDays, source);
    if (from !== "nothing") await rebuildDay(workspaceId, { day, from });
    days.push({ day: new Date(day).toISOString().slice(0, 10), from });
  }
  return { workspaceId, days };
}

/** A source must hold the whole day; one that loses its first hours while this runs is not taken. */
function sourceOf(
  day: number,
  decisionDays: number,
  wanted: UsageSource | undefined,
): UsageSource | "nothing" {
  const { minute, hour } = keptDays();
  const kept: [UsageSource, number][] = [
    ["decisions", decisionDays],
    ["minutes", minute],
    ["hours", hour],
  ];
  const found = kept.find(
    ([source, days]) =>
      (wanted === undefined || source === wanted) && day > Date.now() - days * dayMs + 3_600_000,
  );
  return found?.[0] ?? "nothing";
}

async function rebuildDay(workspaceId: string, { day, from }: { day: number; from: UsageSource }) {
  const values = [workspaceId, new Date(day), new Date(day + dayMs)];
  const client = await sql().connect();
  try {
    await client.query(`begin; select pg_advisory_xact_lock(${locks.loader})`);
    for (const statement of statementsFrom(from, day)) await client.query(statement, values);
    await client.query("commit");
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function statementsFrom(from: UsageSource, day: number): string[] {
  switch (from) {
    case "decisions": {
      const minutes = day > Date.now() - keptDays().minute * dayMs;
      return [
        ...(minutes ? [removal("minute"), countedAgain("minute")] : []),
        removal("hour"),
        countedAgain("hour"),
        removal("day"),
        countedAgain("day"),
      ];
    }
    case "minutes":
      return [removal("hour"), addedUp("minute", "hour"), removal("day"), addedUp("minute", "day")];
    case "hours":
      return [removal("day"), addedUp("hour", "day")];
  }
}
