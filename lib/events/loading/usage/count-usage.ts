import type pg from "pg";
import type { DecisionRow } from "@/lib/events/loading/batch/decision-row";
import { matchStatement } from "@/lib/events/loading/usage/match-rows";
import { patience } from "@/lib/events/loading/batch/statements";
import { usageStatements } from "@/lib/events/loading/usage/usage-rows";

/** Adds rows to usage, and to the matches of their rules, in the transaction that stores them. */
export async function countUsage(client: pg.PoolClient, rows: readonly DecisionRow[]): Promise<void> {
  for (const statement of usageStatements(rows)) await client.query({ ...statement, ...patience });
  const matches = matchStatement(rows);
  if (matches !== null) await client.query({ ...matches, ...patience });
}
