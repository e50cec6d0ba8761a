import { sealed } from "@/lib/audit/chain/seal";
import { newId } from "@/lib/db/id";
import { sql } from "@/lib/db/client";
import type { AuditAction } from "@/lib/events/catalogue";
import type { Attribution } from "@/lib/events/failures/attribute";
import type { Tally } from "@/lib/events/failures/ledger";

/** Action of the audit entries that failed authentications become. */
export const failedAction = "authentication.fail" satisfies AuditAction;

/** One audit entry to be. */
export interface FailureRow {
  workspace_id: string;
  id: string;
  at: string;
  actor: { kind: string; id: string; label: string };
  subject: string | null;
  detail: Record<string, unknown>;
  address: string | null;
  count: number;
  digest: string;
  seal: string;
}

/** A tally as an audit entry. Its id is given here, so that writing it twice leaves one. */
export function rowOf(tally: Tally, { workspaceId, keyId, prefix }: Attribution): FailureRow {
  const { failure, merged, addresses, count, firstMs, lastMs } = tally;
  const { key, via, reason, address } = failure;
  const said = {
    id: newId("aud"),
    at: new Date(lastMs).toISOString(),
    actor:
      key === null
        ? { kind: "unknown", id: "unknown", label: "Unknown caller" }
        : { kind: "key", id: key.id, label: key.name },
    subject: keyId,
    detail: {
      reason,
      via,
      prefix,
      firstAt: new Date(firstMs).toISOString(),
      ...(merged ? { merged, addresses } : {}),
    },
    address,
    count,
  };
  return {
    workspace_id: workspaceId,
    ...said,
    ...sealed({ workspace: workspaceId, action: failedAction, ...said }),
  };
}

const statement = `
  insert into audit_entry (workspace_id, id, at, actor, action, subject, detail, address, count, digest, seal)
  select workspace_id, id, at, actor, '${failedAction}', subject, detail, address, count, digest, seal
    from json_to_recordset($1::json) as row (workspace_id text, id text, at timestamptz, actor jsonb, subject text,
         detail jsonb, address text, count int, digest text, seal text)
   order by workspace_id
  on conflict (workspace_id, id) do nothing`;

/**
 * Writes entries in one statement; entries that are there already stay as they are. In the order of their workspaces, for
 * in that order the statement's end takes the chains, and two writers must not wait for one another.
 */
export async function writeRows(rows: readonly FailureRow[]): Promise<void> {
  await sql().query(statement, [JSON.stringify(rows)]);
}
