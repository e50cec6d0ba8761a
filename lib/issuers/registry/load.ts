import { z } from "zod";
import { sql } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { keySetOf } from "@/lib/issuers/key-sets/key-set";
import { remoteKeySource, staticKeySource, type KeySource } from "@/lib/issuers/key-sets/key-source";
import { readKeySet } from "@/lib/issuers/key-sets/read-key-set";
import type { CompiledIssuer, IssuerRegistry } from "@/lib/issuers/registry/compiled-issuer";
import { QuotaInput, RateLimitInput } from "@/lib/limits/schema";

const Row = z.object({
  id: z.string(),
  name: z.string(),
  issuer: z.string(),
  audiences: z.array(z.string()),
  algorithms: z.array(z.string()),
  jwks_url: z.string().nullable(),
  jwks: JsonObject.nullable(),
  scopes_claim: z.string().nullable(),
  rate_limits: z.array(RateLimitInput),
  quotas: z.array(QuotaInput),
  disabled: z.boolean(),
});
type Row = z.output<typeof Row>;

const statement = `
  select id, name, issuer, audiences, algorithms, jwks_url, jwks, scopes_claim, rate_limits, quotas,
         disabled_at is not null as disabled
    from issuer where workspace_id = $1 order by id`;

/**
 * Reads a workspace's issuers. One whose row is as it was `before` stays the same object, and one that reads its keys
 * from the same address goes on with those it has.
 */
export async function loadRegistry(
  workspaceId: string,
  before: IssuerRegistry | null,
): Promise<IssuerRegistry> {
  const { rows } = await sql().query<Record<string, unknown>>(statement, [workspaceId]);
  const known = new Map([...(before?.byIss.values() ?? [])].map((issuer) => [issuer.id, issuer]));
  const issuers = z
    .array(Row)
    .parse(rows)
    .map((row) => compileIssuer(row, known.get(row.id)));
  return { workspaceId, byIss: new Map(issuers.map((issuer) => [issuer.iss, issuer])) };
}

function compileIssuer(row: Row, before: CompiledIssuer | undefined): CompiledIssuer {
  const text = JSON.stringify(row);
  if (before?.row === text) return before;
  return {
    id: row.id,
    name: row.name,
    iss: row.issuer,
    audiences: row.audiences,
    algorithms: row.algorithms,
    scopesClaim: row.scopes_claim,
    limits: { rateLimits: row.rate_limits, quotas: row.quotas },
    disabled: row.disabled,
    keys: keySourceOf(row, before),
    jwksUrl: row.jwks_url,
    row: text,
  };
}

function keySourceOf({ jwks_url: url, jwks }: Row, before: CompiledIssuer | undefined): KeySource {
  if (url === null) return staticKeySource(keySetOf(jwks ?? { keys: [] }));
  return before?.jwksUrl === url ? before.keys : remoteKeySource(() => readKeySet(url));
}
