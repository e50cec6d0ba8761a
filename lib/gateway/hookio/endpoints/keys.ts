import { z } from "zod";
import { requireScope, unrecorded } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { inputProblem } from "@/lib/api/router";
import { db } from "@/lib/db/client";
import { type Ask, callerOf, type Caller } from "@/lib/gateway/hookio/ask";
import { roleLine, scopeOfRole } from "@/lib/gateway/hookio/endpoints/roles";
import { createKey } from "@/lib/keys/create";
import { listKeys } from "@/lib/keys/reading/list";
import { keysMatching } from "@/lib/keys/reading/matching";
import { revokeKey } from "@/lib/keys/revoke";
import { CreateKey } from "@/lib/keys/changes/schema";
import { ListKeys } from "@/lib/keys/reading/schema";
import type { Key } from "@/lib/keys/schema";

/** Most keys that `/keys/all` answers; the API pages through all of them. */
const keysMax = 1_000;

const Roles = z.union(
  [z.string().max(10_000), z.array(z.string().max(100)).max(150)],
  "must be a list of roles, or roles with commas between them",
);
const Name = z.object({ name: z.string().min(1).max(100) });

/** Makes a key within the caller's own grant; its value is in this answer only. */
export async function createHookioKey(ask: Ask) {
  const { actor, owner } = await callerOf(ask);
  const { name, roles } = parse(z.object({ name: z.unknown().optional(), roles: Roles.default([]) }), ask);
  const input = CreateKey.safeParse({ name, ...grantOf(roles) });
  if (!input.success) throw inputProblem(input.error.issues);
  const { key, secret } = await createKey(actor, input.data);
  return { ...presentKey(key, owner), hook_private_key: secret };
}

/** Scopes by hook.io's names; what is no scope in any spelling is a role of the workspace. */
function grantOf(roles: string | readonly string[]): { scopes: string[]; roles: string[] } {
  const listed = typeof roles === "string" ? roles.split(",") : roles;
  const names = listed.map((role) => scopeOfRole(role.trim())).filter((role) => role !== "");
  return {
    scopes: names.filter((role) => role.includes(":")),
    roles: names.filter((role) => !role.includes(":")),
  };
}

/**
 * Revokes the key of a name. Names are the holder's own, so one that customers' keys have too is refused rather than
 * guessed at, and one that only they have is not found.
 */
export async function destroyHookioKey(ask: Ask) {
  const { actor } = await callerOf(ask);
  requireScope(actor, "revoke:keys");
  const { name } = parse(Name, ask);
  const rows = await db().key.findMany({
    where: { AND: [keysMatching(actor, {}, new Date()), { heldName: { not: null }, name, revokedAt: null }] },
    select: { id: true, customerId: true },
    take: 2,
  });
  const own = rows.find(({ customerId }) => customerId === actor.customerId);
  if (rows.length > 1)
    throw new Problem(
      "conflict",
      "Several keys have that name. Revoke one by its id: /api/v1/keys/{id}/revoke.",
    );
  if (own === undefined) throw new Problem("not-found", "No key of yours has that name.");
  await revokeKey(unrecorded(actor), { keyId: own.id, reason: "Destroyed by name" });
  return { status: "deleted" };
}

/** The keys that the caller may see and that are not revoked, newest first, with masked values. */
export async function listHookioKeys(ask: Ask) {
  const caller = await callerOf(ask);
  requireScope(caller.actor, "read:keys");
  const keys: Key[] = [];
  let cursor: string | null | undefined;
  do {
    const query = ListKeys.parse({ limit: 100, ...(cursor && { cursor }) });
    const page = await listKeys(unrecorded(caller.actor), query);
    keys.push(...page.items.filter(({ revokedAt }) => revokedAt === null));
    cursor = page.nextCursor;
  } while (cursor !== null && keys.length < keysMax);
  return keys.slice(0, keysMax).map((key) => listed(key, caller));
}

function listed(key: Key, { owner }: Caller) {
  return { ...presentKey(key, owner), hook_private_key: key.masked };
}

/** A key as hook.io's clients know it, without its value. */
export function presentKey(
  key: Pick<Key, "name" | "scopes" | "roles" | "status" | "createdAt">,
  owner: string,
) {
  return { name: key.name, owner, roles: roleLine(key), status: key.status, ctime: key.createdAt };
}

/** Fields as a schema has them, others left. Throws `invalid` with every wrong place. */
export function parse<Schema extends z.ZodType>(schema: Schema, { fields }: Ask): z.output<Schema> {
  const result = schema.safeParse(Object.fromEntries(fields));
  if (!result.success) throw inputProblem(result.error.issues);
  return result.data;
}
