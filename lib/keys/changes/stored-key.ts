import { customerOf, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import type { Tx } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";

/** What every reader of a key row takes along: its customer, and the secrets that work now or are the newest. */
export function withParts(now: Date) {
  return {
    customer: { select: { id: true, name: true, externalId: true, scopeCeiling: true } },
    secrets: {
      where: { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
      orderBy: { createdAt: "desc" },
    },
  } satisfies Prisma.KeyInclude;
}

type Found = NonNullable<Awaited<ReturnType<typeof findStoredKey>>>;

/** A key row with its parts, without any hash. */
export type StoredKey = Omit<Found, "secrets"> & { secrets: Omit<Found["secrets"][number], "hash">[] };

/** One key of the actor's view, or null: another workspace's or another customer's key does not exist. */
export function findStoredKey(tx: Tx, actor: Actor, keyId: string) {
  const customerId = customerOf(actor);
  return tx.key.findFirst({
    where: { workspaceId: actor.workspaceId, id: keyId, ...(customerId === null ? {} : { customerId }) },
    include: withParts(new Date()),
  });
}

/** The same, locked until the transaction ends, so that changes of one key come one after the other. Or `not-found`. */
export async function lockKey(tx: Tx, actor: Actor, keyId: string): Promise<StoredKey> {
  await tx.$executeRaw`select 1 from api_key where workspace_id = ${actor.workspaceId} and id = ${keyId} for update`;
  const key = await findStoredKey(tx, actor, keyId);
  if (key === null) throw new Problem("not-found", "There is no such key.");
  return key;
}

/** The same, and not revoked; a revoked key is history and a `conflict`. */
export async function lockLivingKey(tx: Tx, actor: Actor, keyId: string): Promise<StoredKey> {
  const key = await lockKey(tx, actor, keyId);
  if (key.revokedAt !== null) throw new Problem("conflict", "This key was revoked; make a new one.");
  return key;
}

/** What makes a key's name its holder's own: no two living keys of one holder share it. */
export function heldName(customerId: string | null, name: string): string {
  return `${customerId ?? ""}/${name}`;
}
