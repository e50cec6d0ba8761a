/** A statement that deletes at most `$1` rows that are too old, of any workspace, and the values that follow. */
export interface Expiry {
  statement: string;
  values: readonly number[];
}

/**
 * Deletes a chunk of `table`'s rows for which `condition` holds, workspace by workspace, so that each is found by its
 * index and nothing is asked for those that have none. In `condition` the workspace is `w`, the row's columns stand alone.
 */
export function expiredChunk(table: string, condition: string): string {
  return `delete from ${table} where ctid = any (array(
  select old.ctid from workspace w, lateral (
      select ctid from ${table} where workspace_id = w.id and ${condition} limit $1::int) as old
  limit $1::int))`;
}
