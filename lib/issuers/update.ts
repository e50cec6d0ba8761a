import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { JsonObject } from "@/lib/db/json";
import { databaseNull } from "@/lib/db/null";
import { audit } from "@/lib/events/trail/audit";
import { findIssuer, presentIssuer } from "@/lib/issuers/find";
import { announceIssuers } from "@/lib/issuers/registry/current";
import {
  requireGrantOfTokens,
  requireImportableKeys,
  requireReadableKeys,
  wrongKeys,
} from "@/lib/issuers/requirements";
import { Issuer, keysRefusal, type UpdateIssuer } from "@/lib/issuers/schema";

/**
 * Changes an issuer; no token is judged by what it was before once this returns, nor on other nodes a moment later.
 * Needs `update:issuers`, and `*:*` where its tokens bring scopes, unless it is only switched off. Throws `not-found`,
 * `conflict` (the name is taken) or `invalid` (keys that cannot be read or used).
 */
export async function updateIssuer(actor: Actor, id: string, change: UpdateIssuer): Promise<Issuer> {
  requireScope(actor, "update:issuers");
  requireProvider(actor);
  if (change.jwksUrl !== undefined) await requireReadableKeys(change.jwksUrl);
  if (change.jwks !== undefined) await requireImportableKeys(change.jwks);
  const issuer = await orConflict(
    db().$transaction((tx) => changeIssuer(tx, actor, { id, change })),
    "An issuer with that name exists.",
  );
  await announceIssuers(actor.workspaceId);
  return issuer;
}

async function changeIssuer(
  tx: Tx,
  actor: Actor,
  { id, change }: { id: string; change: UpdateIssuer },
): Promise<Issuer> {
  const { workspaceId } = actor;
  await tx.$executeRaw`select 1 from issuer where workspace_id = ${workspaceId} and id = ${id} for update`;
  const before = await findIssuer(tx, workspaceId, id);
  const now = Issuer.parse({ ...presentIssuer(before), ...replacedKeys(change), ...given(change) });
  if (!isOnlyDisabling(change)) requireGrantOfTokens(actor, now.scopesClaim ?? before.scopesClaim);
  const refusal = keysRefusal(now);
  if (refusal !== null)
    throw wrongKeys(change.jwks === undefined ? "algorithms" : refusal.path, refusal.message);
  const { name, audiences, algorithms, jwksUrl, jwks, scopesClaim, rateLimits, quotas, disabled } = now;
  const row = await tx.issuer.update({
    where: { workspaceId_id: { workspaceId, id } },
    data: {
      ...{ name, audiences, algorithms, jwksUrl, scopesClaim, rateLimits, quotas },
      jwks: jwks ?? databaseNull,
      disabledAt: disabled ? (before.disabledAt ?? new Date()) : null,
    },
  });
  const { jwks: keys, ...told } = change;
  await audit(tx, actor, {
    action: "issuers.update",
    subject: id,
    detail: JsonObject.parse({
      ...given(told),
      ...(keys === undefined ? {} : { kids: keys.keys.map(({ kid }) => kid ?? null) }),
    }),
  });
  return presentIssuer(row);
}

/** An address and keys given by hand take each other's place. */
function replacedKeys({ jwks, jwksUrl }: UpdateIssuer) {
  if (jwks !== undefined) return { jwksUrl: null };
  return jwksUrl === undefined ? {} : { jwks: null };
}

function isOnlyDisabling(change: UpdateIssuer): boolean {
  return change.disabled === true && Object.keys(given(change)).length === 1;
}

/** What a change says, without what it leaves out. */
function given(change: object) {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
