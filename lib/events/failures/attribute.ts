import { sql } from "@/lib/db/client";
import type { FailedAuthentication } from "@/lib/events/failures/failed-authentication";
import type { Tally } from "@/lib/events/failures/ledger";

/** Trail of what belongs to no workspace that can be told; nobody of a workspace reads it. */
export const installation = "";

/** Where a tally goes, what it is about, and the prefix if it is one of ours. */
export interface Attribution {
  workspaceId: string;
  /** Id of the key whose value it was, or that the value claimed to be. */
  keyId: string | null;
  prefix: string | null;
}

/** For what is about nobody. */
export const nowhere: Attribution = { workspaceId: installation, keyId: null, prefix: null };

/**
 * Says whose trail each tally belongs to: the key's, the one where it was tried, the one whose key the value claimed to
 * be, the only one with that prefix, or the only one there is. A prefix that no workspace has is not kept: it is
 * whatever the caller chose to send.
 */
export async function attribute(tallies: readonly Tally[]): Promise<Attribution[]> {
  const failures = tallies.map(({ failure }) => failure);
  const [keys, prefixes, only] = await Promise.all([
    keysOfSecrets(failures),
    workspacesOfPrefixes(failures),
    onlyWorkspace(),
  ]);
  return failures.map((failure) => {
    const claimed = keys.get(failure.secretId ?? "");
    const own = prefixes.get(workspacePrefix(failure));
    const fixed = failure.key?.workspaceId ?? failure.workspaceId;
    const workspaceId = fixed ?? claimed?.workspaceId ?? (own?.length === 1 ? own[0] : undefined) ?? only;
    return {
      workspaceId: workspaceId ?? installation,
      keyId: failure.key?.id ?? (claimed?.workspaceId === workspaceId ? claimed?.keyId : undefined) ?? null,
      prefix: failure.key === null && own === undefined ? null : failure.prefix,
    };
  });
}

function workspacePrefix({ prefix }: FailedAuthentication): string {
  return (prefix ?? "").replace(/_(?:live|test)$/, "");
}

async function keysOfSecrets(failures: readonly FailedAuthentication[]) {
  const ids = [
    ...new Set(
      failures.flatMap(({ key, secretId }) => (key === null && secretId !== null ? [secretId] : [])),
    ),
  ];
  if (ids.length === 0) return new Map<string, { workspaceId: string; keyId: string }>();
  const { rows } = await sql().query<{ id: string; workspace_id: string; key_id: string }>(
    "select id, workspace_id, key_id from secret where id = any($1)",
    [ids],
  );
  return new Map(rows.map((row) => [row.id, { workspaceId: row.workspace_id, keyId: row.key_id }]));
}

async function workspacesOfPrefixes(
  failures: readonly FailedAuthentication[],
): Promise<Map<string, string[]>> {
  const prefixes = [...new Set(failures.map(workspacePrefix))];
  const { rows } = await sql().query<{ key_prefix: string; ids: string[] }>(
    "select key_prefix, array_agg(id) as ids from workspace where key_prefix = any($1) group by key_prefix",
    [prefixes],
  );
  return new Map(rows.map((row) => [row.key_prefix, row.ids]));
}

async function onlyWorkspace(): Promise<string | undefined> {
  const { rows } = await sql().query<{ id: string }>("select id from workspace limit 2");
  return rows.length === 1 ? rows[0]?.id : undefined;
}
