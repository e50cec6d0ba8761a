import { actorId, customerOf, requireScope, type Actor } from "@/lib/api/actor";
import { answerGiven, transactOnce, type Once } from "@/lib/api/idempotency/idempotency";
import { Problem } from "@/lib/api/problem";
import { admitKey } from "@/lib/customers/stored/admit-key";
import { db, orConflict, type Tx } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { jsonOf } from "@/lib/db/json";
import { audit } from "@/lib/events/trail/audit";
import { readRoleScopes, requireGrantable, requireProviderFor } from "@/lib/keys/changes/granting";
import {
  announceIssued,
  insertSecret,
  Issued,
  makeSecret,
  type NewSecret,
} from "@/lib/keys/changes/issue-secret";
import { presentKey } from "@/lib/keys/changes/present";
import { heldName, lockKey } from "@/lib/keys/changes/stored-key";
import { requireAhead } from "@/lib/keys/changes/times";
import type { CreateKey } from "@/lib/keys/changes/schema";
import type { IssuedKey } from "@/lib/keys/schema";
import { Quotas, RateLimits } from "@/lib/limits/schema";
import { requirePlan } from "@/lib/plans/require-plan";

/** What a new key gets beside the caller's own words. */
interface NewKey {
  input: CreateKey;
  customerId: string | null;
  limits: Pick<CreateKey, "plan" | "rateLimits" | "quotas">;
  secret: NewSecret;
}

/**
 * Makes a key and its first secret; the value is in this answer and nowhere else. Needs `create:keys` and the whole
 * grant of the new key. A caller bound to a customer makes keys of that customer, under its own limits.
 * Throws `forbidden`, `invalid` (unknown role or customer, a past expiry), `conflict` (the name is taken, or the
 * customer has all the keys that it may have).
 */
export async function createKey(
  actor: Actor,
  { once = null, ...input }: CreateKey & { once?: Once | null },
): Promise<IssuedKey> {
  requireScope(actor, "create:keys");
  requireProviderFor(actor, {
    metadata: input.metadata,
    externalId: input.externalId,
    plan: input.plan,
    rateLimits: input.rateLimits,
    quotas: input.quotas,
  });
  const given = await answerGiven({ actor, once, answer: Issued });
  if (given !== null) return announceIssued(given);
  requireAhead(input.expiresAt);
  const [customerId, limits] = [await customerFor(actor, input.customer), await limitsFor(actor, input)];
  // Once before bcrypt is paid for, and again where it holds.
  await requireGrantable(db(), actor, { ...input, customerId });
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id: actor.workspaceId } });
  const secret = await makeSecret(workspace.keyPrefix, input.environment);
  const made = await orConflict(
    transactOnce({ actor, once, answer: Issued }, (tx) =>
      insertKey(tx, actor, { input, customerId, limits, secret }),
    ),
    "A key with that name exists.",
  );
  return announceIssued(made);
}

async function insertKey(
  tx: Tx,
  actor: Actor,
  { input, customerId, limits, secret }: NewKey,
): Promise<Issued> {
  const { workspaceId } = actor;
  const id = newId("key");
  if (customerId !== null) await admitKey(tx, { workspaceId, customerId });
  await requireGrantable(tx, actor, { ...input, customerId });
  await requirePlan(tx, workspaceId, limits.plan);
  await tx.key.create({
    data: {
      workspaceId,
      id,
      name: input.name,
      heldName: heldName(customerId, input.name),
      environment: input.environment,
      customerId,
      scopes: input.scopes,
      roles: input.roles,
      metadata: input.metadata ?? {},
      labels: input.labels,
      externalId: input.externalId,
      plan: limits.plan ?? null,
      rateLimits: limits.rateLimits ?? [],
      quotas: limits.quotas ?? [],
      allowedIps: input.allowedIps,
      allowedOrigins: input.allowedOrigins,
      expiresAt: input.expiresAt === null ? null : new Date(input.expiresAt),
      createdBy: actorId(actor),
    },
  });
  await insertSecret(tx, { workspaceId, id }, secret);
  const { name, environment, scopes, roles, allowedIps, allowedOrigins, expiresAt } = input;
  const told = { name, environment, scopes, roles, ...limits, allowedIps, allowedOrigins, expiresAt };
  await audit(tx, actor, {
    action: "keys.create",
    subject: id,
    detail: jsonOf({ ...told, customer: customerId, secretId: secret.id }),
  });
  const row = await lockKey(tx, actor, id);
  const key = presentKey(row, await readRoleScopes(tx, workspaceId, row.roles), new Date());
  return {
    issued: { key, secret: secret.value },
    change: { workspaceId, id, generation: row.generation, secrets: [{ id: secret.id }] },
  };
}

/** The customer that the key will belong to. One that the caller may not see is one that does not exist. */
async function customerFor(actor: Actor, named: string | null): Promise<string | null> {
  const own = customerOf(actor);
  if (named === null) return own;
  const customer = await db().customer.findFirst({
    where: {
      workspaceId: actor.workspaceId,
      OR: [{ id: named }, { externalId: named }],
      ...(own === null ? {} : { AND: { id: own } }),
    },
  });
  if (customer === null)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "customer", message: "there is no such customer" }],
    });
  return customer.id;
}

/** A customer's key passes its own limits on, so that nobody escapes them by making another key. */
async function limitsFor(actor: Actor, input: CreateKey): Promise<NewKey["limits"]> {
  if (actor.kind !== "key" || actor.customerId === null)
    return { plan: input.plan, rateLimits: input.rateLimits, quotas: input.quotas };
  const { workspaceId, keyId: id } = actor;
  const own = await db().key.findUniqueOrThrow({ where: { workspaceId_id: { workspaceId, id } } });
  return { plan: own.plan, rateLimits: RateLimits.parse(own.rateLimits), quotas: Quotas.parse(own.quotas) };
}
