import { z } from "zod";
import { Problem } from "@/lib/api/problem";
import { sql } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { KeyEnvironment } from "@/lib/keys/schema";
import { limitsOf, overPlan, type Limits } from "@/lib/limits/effective";
import { QuotaInput, RateLimitInput } from "@/lib/limits/schema";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { log } from "@/lib/log";
import { withinCeiling } from "@/lib/scopes/grant";

/** A secret, its key, its customer and its roles as the database had them at one moment. */
export interface StoredSecret {
  key: VerifiedKey;
  /** bcrypt of the value's digest. */
  hash: string;
  revoked: boolean;
  /** The key or its customer is switched off. */
  disabled: boolean;
  /** Milliseconds since 1970 when the key or this secret stops, whichever is first; infinite when neither does. */
  stopsAtMs: number;
}

const Row = z.object({
  secret_id: z.string(),
  prefix: z.string(),
  hash: z.string(),
  secret_expires_at: z.date().nullable(),
  workspace_id: z.string(),
  key_id: z.string(),
  name: z.string(),
  environment: KeyEnvironment,
  scopes: z.array(z.string()),
  roles: z.array(z.string()),
  role_scopes: z.array(z.string()),
  metadata: JsonObject,
  labels: z.array(z.string()),
  external_id: z.string().nullable(),
  allowed_ips: z.array(z.string()),
  allowed_origins: z.array(z.string()),
  rate_limits: z.array(RateLimitInput),
  quotas: z.array(QuotaInput),
  plan: z.string().nullable(),
  plan_rate_limits: z.array(RateLimitInput).nullable(),
  plan_quotas: z.array(QuotaInput).nullable(),
  expires_at: z.date().nullable(),
  generation: z.number(),
  disabled_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
  customer_id: z.string().nullable(),
  customer_external_id: z.string().nullable(),
  customer_name: z.string().nullable(),
  customer_metadata: JsonObject.nullable(),
  customer_disabled_at: z.date().nullable(),
  customer_scope_ceiling: z.array(z.string()).nullable(),
  customer_rate_limits: z.array(RateLimitInput).nullable(),
  customer_quotas: z.array(QuotaInput).nullable(),
});

const select = `
  select s.id as secret_id, s.prefix, s.hash, s.expires_at as secret_expires_at, s.workspace_id,
         k.id as key_id, k.name, k.environment, k.scopes, k.roles, k.metadata, k.labels, k.external_id, k.allowed_ips,
         k.allowed_origins,
         k.rate_limits, k.quotas, p.name as plan, p.rate_limits as plan_rate_limits, p.quotas as plan_quotas, k.expires_at, k.generation, k.disabled_at, k.revoked_at,
         c.id as customer_id, c.external_id as customer_external_id, c.name as customer_name,
         c.metadata as customer_metadata, c.disabled_at as customer_disabled_at,
         c.scope_ceiling as customer_scope_ceiling,
         c.rate_limits as customer_rate_limits, c.quotas as customer_quotas,
         array(select distinct unnest(r.scopes) from role r
                where r.workspace_id = k.workspace_id and r.name = any(k.roles)) as role_scopes
    from secret s
    join api_key k on k.workspace_id = s.workspace_id and k.id = s.key_id
    left join customer c on c.workspace_id = k.workspace_id and c.id = k.customer_id
    left join plan p on p.workspace_id = k.workspace_id and p.name = coalesce(k.plan, c.plan)
`;
const statement = `${select} where s.id = $1`;
const newestStatement = `${select} where s.workspace_id = $1 and s.id in (
  select distinct on (key_id) id from secret where workspace_id = $1 and key_id = any($2)
  order by key_id, created_at desc)`;

/** Reads everything that a verdict on one secret needs in one query; null for an unknown id. */
export async function readStoredSecret(secretId: string): Promise<StoredSecret | null> {
  const [first] = await ask(statement, [secretId]);
  return first === undefined ? null : toStoredSecret(Row.parse(first));
}

/** Keys of a workspace by their ids, each with its newest secret, in one query; unknown ids are left out. */
export async function readStoredKeys(workspaceId: string, keyIds: readonly string[]): Promise<VerifiedKey[]> {
  const rows = await ask(newestStatement, [workspaceId, keyIds]);
  return rows.map((row) => toStoredSecret(Row.parse(row)).key);
}

async function ask(text: string, values: readonly unknown[]): Promise<unknown[]> {
  try {
    return (await sql().query<Record<string, unknown>>(text, [...values])).rows;
  } catch (error) {
    log.warn({ err: error }, "a secret could not be read");
    throw new Problem("unavailable", "The database cannot be asked right now.", { retryAfterSeconds: 1 });
  }
}

function toStoredSecret(row: z.output<typeof Row>): StoredSecret {
  const ends = [row.expires_at, row.secret_expires_at]
    .filter((time) => time !== null)
    .map((time) => time.getTime());
  return {
    hash: row.hash,
    revoked: row.revoked_at !== null,
    disabled: row.disabled_at !== null || row.customer_disabled_at !== null,
    stopsAtMs: Math.min(Number.POSITIVE_INFINITY, ...ends),
    key: {
      workspaceId: row.workspace_id,
      keyId: row.key_id,
      secretId: row.secret_id,
      name: row.name,
      prefix: row.prefix,
      environment: row.environment,
      customer: customerIn(row),
      scopes: effectiveScopes(row),
      roles: row.roles,
      metadata: row.metadata,
      labels: row.labels,
      externalId: row.external_id,
      allowedIps: row.allowed_ips,
      allowedOrigins: row.allowed_origins,
      plan: row.plan,
      limits: limitsIn(row),
      expiresAt: row.expires_at?.toISOString() ?? null,
      generation: row.generation,
    },
  };
}

/** The key's own over its plan's, counted for the key; its customer's, counted for all the customer's keys. */
function limitsIn(row: z.output<typeof Row>): Limits | null {
  const own = { rateLimits: row.rate_limits, quotas: row.quotas };
  const plan =
    row.plan_rate_limits === null
      ? null
      : { rateLimits: row.plan_rate_limits, quotas: row.plan_quotas ?? [] };
  const key = { kind: "key" as const, id: row.key_id, ...overPlan(own, plan) };
  if (row.customer_id === null) return limitsOf(row.workspace_id, [key]);
  const [rateLimits, quotas] = [row.customer_rate_limits ?? [], row.customer_quotas ?? []];
  return limitsOf(row.workspace_id, [key, { kind: "customer", id: row.customer_id, rateLimits, quotas }]);
}

/** A customer's key reaches no further than its customer, whatever its scopes and roles say. */
function effectiveScopes({ scopes, role_scopes, customer_scope_ceiling }: z.output<typeof Row>): string[] {
  const granted = [...new Set([...scopes, ...role_scopes])].sort();
  return customer_scope_ceiling === null ? granted : withinCeiling(granted, customer_scope_ceiling);
}

function customerIn(row: z.output<typeof Row>): VerifiedKey["customer"] {
  if (row.customer_id === null) return null;
  return {
    id: row.customer_id,
    externalId: row.customer_external_id ?? "",
    name: row.customer_name ?? "",
    metadata: row.customer_metadata ?? {},
  };
}
