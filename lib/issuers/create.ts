import { requireScope, type Actor } from "@/lib/api/actor";
import { transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { orConflict, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { jsonOf } from "@/lib/db/json";
import { databaseNull } from "@/lib/db/null";
import { audit } from "@/lib/events/trail/audit";
import { presentIssuer } from "@/lib/issuers/find";
import { announceIssuers } from "@/lib/issuers/registry/current";
import { requireGrantOfTokens, requireImportableKeys, requireReadableKeys } from "@/lib/issuers/requirements";
import { Issuer, issuersMax, type CreateIssuer } from "@/lib/issuers/schema";

/**
 * Registers an issuer; its tokens are credentials at this workspace's gateway addresses as soon as this returns. Needs
 * `create:issuers`, and `*:*` where its tokens bring scopes. Throws `conflict` (name or `iss` are taken, or there are
 * too many) or `invalid` (keys that cannot be read or used).
 */
export async function createIssuer(
  actor: Actor,
  input: CreateIssuer,
  once: Once | null = null,
): Promise<Issuer> {
  requireScope(actor, "create:issuers");
  requireProvider(actor);
  requireGrantOfTokens(actor, input.scopesClaim);
  if (input.jwksUrl !== null) await requireReadableKeys(input.jwksUrl);
  if (input.jwks !== null) await requireImportableKeys(input.jwks);
  const issuer = await orConflict(
    transactOnce({ actor, once, answer: Issuer }, (tx) => insertIssuer(tx, actor, input)),
    "An issuer with that name or that iss exists.",
  );
  await announceIssuers(actor.workspaceId);
  return issuer;
}

async function insertIssuer(tx: Tx, actor: Actor, input: CreateIssuer): Promise<Issuer> {
  const { workspaceId } = actor;
  const { disabled, jwks, ...data } = input;
  await tx.$executeRaw`select 1 from workspace where id = ${workspaceId} for no key update`;
  if ((await tx.issuer.count({ where: { workspaceId } })) >= issuersMax)
    throw new Problem("conflict", `A workspace may register ${issuersMax} issuers.`);
  const row = await tx.issuer.create({
    data: {
      ...data,
      workspaceId,
      id: newId("iss"),
      jwks: jwks ?? databaseNull,
      disabledAt: disabled ? new Date() : null,
    },
  });
  const { name, issuer, audiences, algorithms, jwksUrl, scopesClaim, rateLimits, quotas } = data;
  await audit(tx, actor, {
    action: "issuers.create",
    subject: row.id,
    detail: jsonOf({
      name,
      issuer,
      audiences,
      algorithms,
      jwksUrl,
      scopesClaim,
      rateLimits,
      quotas,
      disabled,
      kids: (jwks?.keys ?? []).map(({ kid }) => kid ?? null),
    }),
  });
  return presentIssuer(row);
}
