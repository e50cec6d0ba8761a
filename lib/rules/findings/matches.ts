import { z } from "zod";
import { sql } from "@/lib/db/client";

/** How often a rule matched of late, under any name that it ever had. */
export interface RuleMatches {
  matches7d: number;
  lastMatchedAt: string | null;
}

const Row = z.object({ id: z.string(), recent: z.number(), last: z.date().nullable() });

const statement = `
with named as (select distinct rule_id, name from rule_revision where workspace_id = $1 and ($2::text[] is null or rule_id = any($2)))
select n.rule_id as id, max(m.last_at) as last,
       coalesce(sum(m.enforced + m.shadow) filter (where m.day > (now() at time zone 'UTC')::date - 7), 0)::float8 as recent
  from named n join rule_match m on m.workspace_id = $1 and m.rule_name = n.name group by n.rule_id`;

/** Matches of rules by id, of all where none are named; a rule that never matched is not there. */
export async function readMatches(
  workspaceId: string,
  ruleIds: readonly string[] | null,
): Promise<Map<string, RuleMatches>> {
  const { rows } = await sql().query(statement, [workspaceId, ruleIds]);
  return new Map(
    z
      .array(Row)
      .parse(rows)
      .map(({ id, recent, last }) => [id, { matches7d: recent, lastMatchedAt: last?.toISOString() ?? null }]),
  );
}
