import { requireScope, type Actor } from "@/lib/api/actor";
import { db, orConflict, type Tx } from "@/lib/db/client";
import type { JsonObject } from "@/lib/db/json";
import type { AuditAction } from "@/lib/events/catalogue";
import { audit } from "@/lib/events/trail/audit";
import { announceExternalIds, announceKeyChange } from "@/lib/keys/changes/announce";
import {
  readRoleScopes,
  requireGrantable,
  requireProviderFor,
  requireWholeGrant,
} from "@/lib/keys/changes/granting";
import { presentKey } from "@/lib/keys/changes/present";
import { heldName, lockLivingKey, type StoredKey } from "@/lib/keys/changes/stored-key";
import { requireAhead } from "@/lib/keys/changes/times";
import type { UpdateKey } from "@/lib/keys/changes/schema";
import type { Key } from "@/lib/keys/schema";
import { requirePlan } from "@/lib/plans/require-plan";

/**
 * Changes a key; what is left out stays. Needs `update:keys` and the key's whole grant, before and after.
 * Throws `not-found`, `forbidden`, `invalid`, `conflict` (revoked, or the name is taken).
 */
export async function updateKey(
  actor: Actor,
  { keyId, ...input }: UpdateKey & { keyId: string },
): Promise<Key> {
  requireScope(actor, "update:keys");
  requireProviderFor(actor, provided(input));
  requireAhead(input.expiresAt);
  const { before, after, key } = await orConflict(
    db().$transaction((tx) => change(tx, actor, { keyId, input })),
    "A key with that name exists.",
  );
  if (after.generation !== before.generation) await announceKeyChange(after);
  if (after.externalId !== before.externalId)
    await announceExternalIds(actor.workspaceId, [before.externalId, after.externalId]);
  return key;
}

async function change(tx: Tx, actor: Actor, { keyId, input }: { keyId: string; input: UpdateKey }) {
  const before = await lockLivingKey(tx, actor, keyId);
  await requireWholeGrant(tx, actor, before);
  const grant = { scopes: input.scopes ?? before.scopes, roles: input.roles ?? before.roles };
  if (input.scopes !== undefined || input.roles !== undefined)
    await requireGrantable(tx, actor, { ...grant, customerId: before.customerId, had: before.scopes });
  await requirePlan(tx, actor.workspaceId, input.plan);
  const changes = changesOf(before, input);
  if (Object.keys(changes).length > 0) await store(tx, actor, { before, input, changes });
  const after = await lockLivingKey(tx, actor, keyId);
  return {
    before,
    after,
    key: presentKey(after, await readRoleScopes(tx, actor.workspaceId, after.roles), new Date()),
  };
}

async function store(
  tx: Tx,
  actor: Actor,
  { before, input, changes }: { before: StoredKey; input: UpdateKey; changes: JsonObject },
) {
  const { workspaceId, id } = before;
  const { expiresAt, disabled, ...plain } = input;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  await tx.key.update({
    where: { workspaceId_id: { workspaceId, id }, revokedAt: null },
    data: {
      ...given,
      ...(input.name === undefined ? {} : { heldName: heldName(before.customerId, input.name) }),
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
      ...(disabled === undefined ? {} : { disabledAt: disabled ? (before.disabledAt ?? new Date()) : null }),
      generation: { increment: 1 },
    },
  });
  for (const action of actionsFor(changes))
    await audit(tx, actor, { action, subject: id, detail: { changes } });
}

/** Switching a key off or on is an action of its own in the trail. */
function actionsFor(changes: JsonObject): AuditAction[] {
  const { disabled, ...others } = changes;
  const actions: AuditAction[] = Object.keys(others).length > 0 ? ["keys.update"] : [];
  if (disabled !== undefined) actions.push(disabled === true ? "keys.disable" : "keys.enable");
  return actions;
}

/** The fields whose value differs, with their new value. Metadata is named only: it is large and not ours. */
function changesOf(before: StoredKey, input: UpdateKey): JsonObject {
  const held: Record<string, unknown> = {
    ...before,
    expiresAt: before.expiresAt?.toISOString() ?? null,
    disabled: before.disabledAt !== null,
  };
  const wanted: Record<string, unknown> = {
    ...input,
    ...(typeof input.expiresAt === "string" ? { expiresAt: new Date(input.expiresAt).toISOString() } : {}),
  };
  const changed = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && !sameJson(value, held[name]),
  );
  const shown = changed.map(([name, value]) => [name, name === "metadata" ? "changed" : value]);
  return JSON.parse(JSON.stringify(Object.fromEntries(shown)));
}

/** Equal as JSON whatever the order of object keys, which `jsonb` does not keep. */
function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}

function provided({ metadata, externalId, plan, rateLimits, quotas }: UpdateKey): Record<string, unknown> {
  const clears = { externalId, plan };
  const cleared = Object.entries(clears)
    .filter(([, value]) => value === null)
    .map(([name]) => [name, true]);
  return { metadata, plan, rateLimits, quotas, externalId, ...Object.fromEntries(cleared) };
}
