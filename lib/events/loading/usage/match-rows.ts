import type { DecisionRow } from "@/lib/events/loading/batch/decision-row";

interface Matches {
  workspaceId: string;
  rule: string;
  day: string;
  enforced: number;
  shadow: number;
  lastAt: string;
}

const addition = `
insert into rule_match (workspace_id, rule_name, day, enforced, shadow, last_at)
select * from unnest($1::text[], $2::text[], $3::date[], $4::bigint[], $5::bigint[], $6::timestamptz[])
on conflict (workspace_id, rule_name, day) do update set enforced = rule_match.enforced + excluded.enforced,
  shadow = rule_match.shadow + excluded.shadow, last_at = greatest(rule_match.last_at, excluded.last_at)`;

/**
 * How often rules determined the verdicts of these rows, or would have as shadows, by UTC day; null when none did. It
 * belongs into the transaction that stores the rows, so that a batch that is loaded twice counts once.
 */
export function matchStatement(
  rows: readonly DecisionRow[],
): { text: string; values: (string | number)[][] } | null {
  const sums = new Map<string, Matches>();
  for (const row of rows) {
    for (const rule of row.rules) add(sums, row, { rule, enforced: row.count, shadow: 0 });
    for (const rule of row.shadow?.rules ?? []) add(sums, row, { rule, enforced: 0, shadow: row.count });
  }
  if (sums.size === 0) return null;
  // In the order of the table's key, so that neighbours are written together.
  const matches = [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
  return {
    text: addition,
    values: [
      matches.map(({ workspaceId }) => workspaceId),
      matches.map(({ rule }) => rule),
      matches.map(({ day }) => day),
      matches.map(({ enforced }) => enforced),
      matches.map(({ shadow }) => shadow),
      matches.map(({ lastAt }) => lastAt),
    ],
  };
}

function add(
  sums: Map<string, Matches>,
  { workspace_id: workspaceId, at }: DecisionRow,
  match: Pick<Matches, "rule" | "enforced" | "shadow">,
): void {
  const day = at.slice(0, 10);
  const name = `${workspaceId}\n${match.rule}\n${day}`;
  const sum = sums.get(name);
  if (sum === undefined) {
    sums.set(name, { workspaceId, day, lastAt: at, ...match });
    return;
  }
  sum.enforced += match.enforced;
  sum.shadow += match.shadow;
  if (at > sum.lastAt) sum.lastAt = at;
}
