import { z } from "zod";
import { sql } from "@/lib/db/client";
import { literally } from "@/lib/db/like";
import { JsonObject } from "@/lib/db/json";
import type { CellCheck, MatrixCredential } from "@/lib/matrix/schema";
import type { RuleCredential } from "@/lib/rules/language/question";
import { withinCeiling } from "@/lib/scopes/grant";

/** A row of the matrix: what is shown of it, and what rules may know of it. */
export interface CredentialRow {
  shown: MatrixCredential;
  credential: RuleCredential | null;
  checks: CellCheck[];
}

/** Which keys, ordered by name. */
export interface KeySelection {
  workspaceId: string;
  /** Part of the name, or the whole id or externalId. */
  q?: string | undefined;
  /** Id, or name. */
  credential?: string | undefined;
  /** The customer's id or externalId. */
  customer?: string | undefined;
  /** Leaves out what was revoked or has expired. */
  onlyCurrent: boolean;
}

/** Calls without a credential. */
export const anonymousRow: CredentialRow = {
  shown: {
    id: "anonymous",
    name: "No credential",
    kind: "anonymous",
    environment: null,
    customer: null,
    status: "active",
  },
  credential: null,
  checks: [],
};

const Row = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.enum(["live", "test"]),
  scopes: z.array(z.string()),
  role_scopes: z.array(z.string()),
  roles: z.array(z.string()),
  metadata: JsonObject,
  labels: z.array(z.string()),
  external_id: z.string().nullable(),
  allowed_ips: z.array(z.string()),
  allowed_origins: z.array(z.string()),
  disabled: z.boolean(),
  revoked: z.boolean(),
  expired: z.boolean(),
  customer_id: z.string().nullable(),
  customer_name: z.string().nullable(),
  customer_external_id: z.string().nullable(),
  scope_ceiling: z.array(z.string()).nullable(),
});

/** Escapes are for `like`; null parameters select everything. */
const selected = `
    from api_key k
    left join customer c on c.workspace_id = k.workspace_id and c.id = k.customer_id
   where k.workspace_id = $1
     and ($2::text is null or k.name ilike $2 or k.id = $3 or k.external_id = $3)
     and ($4::text is null or k.id = $4 or (k.name = $4 and k.revoked_at is null))
     and ($5::text is null or c.id = $5 or c.external_id = $5)
     and (not $6::boolean or (k.revoked_at is null and (k.expires_at is null or k.expires_at > now())))`;

const columns = `
  select k.id, k.name, k.environment, k.scopes, k.roles, k.metadata, k.labels, k.external_id,
         k.allowed_ips, k.allowed_origins,
         k.disabled_at is not null or c.disabled_at is not null as disabled,
         k.revoked_at is not null as revoked,
         k.expires_at is not null and k.expires_at <= now() as expired,
         c.id as customer_id, c.name as customer_name, c.external_id as customer_external_id, c.scope_ceiling,
         array(select distinct unnest(r.scopes) from role r
                where r.workspace_id = k.workspace_id and r.name = any(k.roles)) as role_scopes`;

function parameters({ workspaceId, q, credential, customer, onlyCurrent }: KeySelection): unknown[] {
  const part = q === undefined ? null : `%${literally(q)}%`;
  return [workspaceId, part, q ?? null, credential ?? null, customer ?? null, onlyCurrent];
}

/** How many keys are selected. */
export async function countKeys(selection: KeySelection): Promise<number> {
  const { rows } = await sql().query(`select count(*)::int as count ${selected}`, parameters(selection));
  return z.tuple([z.object({ count: z.number() })]).parse(rows)[0].count;
}

/** A span of the selected keys by name. */
export async function readKeys(
  selection: KeySelection,
  { offset, limit }: { offset: number; limit: number },
): Promise<CredentialRow[]> {
  const { rows } = await sql().query(
    `${columns} ${selected} order by k.name collate "C", k.id limit $7 offset $8`,
    [...parameters(selection), limit, offset],
  );
  return z.array(Row).parse(rows).map(credentialRow);
}

function credentialRow(row: z.output<typeof Row>): CredentialRow {
  const granted = [...new Set([...row.scopes, ...row.role_scopes])].sort();
  const checks: CellCheck[] = [];
  if (row.revoked) checks.push("revoked");
  else if (row.expired) checks.push("expired");
  else if (row.disabled) checks.push("disabled");
  if (row.allowed_ips.length > 0) checks.push("addresses");
  if (row.allowed_origins.length > 0) checks.push("origins");
  const { customer_id: customerId, customer_name: name, customer_external_id: externalId } = row;
  return {
    checks,
    shown: {
      id: row.id,
      name: row.name,
      kind: "key",
      environment: row.environment,
      customer: customerId === null ? null : { id: customerId, name: name ?? "" },
      status: row.revoked ? "revoked" : row.expired ? "expired" : row.disabled ? "disabled" : "active",
    },
    credential: {
      keyId: row.id,
      name: row.name,
      environment: row.environment,
      scopes: row.scope_ceiling === null ? granted : withinCeiling(granted, row.scope_ceiling),
      roles: row.roles,
      customer: externalId === null ? null : { externalId },
      labels: row.labels,
      externalId: row.external_id,
      metadata: row.metadata,
    },
  };
}
