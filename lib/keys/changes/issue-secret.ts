import { z } from "zod";
import type { Tx } from "@/lib/db/client";
import { newValue, type NewValue } from "@/lib/keys/authentication/check";
import { valueDigest } from "@/lib/keys/authentication/proof";
import { announceExternalIds, announceKeyChange } from "@/lib/keys/changes/announce";
import { hashText } from "@/lib/keys/hashing/hash-pool";
import { IssuedKey } from "@/lib/keys/schema";

/** A value and what is kept of it. */
export interface NewSecret extends NewValue {
  hash: string;
}

/** Makes a value and its hash; costs one bcrypt in a worker, so do it before a transaction opens. */
export async function makeSecret(workspacePrefix: string, environment: "live" | "test"): Promise<NewSecret> {
  const made = newValue(workspacePrefix, environment);
  return { ...made, hash: await hashText(valueDigest(made.value)) };
}

/** Stores what is kept of a new secret. */
export async function insertSecret(
  tx: Tx,
  key: { workspaceId: string; id: string },
  secret: NewSecret,
): Promise<void> {
  await tx.secret.create({
    data: {
      workspaceId: key.workspaceId,
      keyId: key.id,
      id: secret.id,
      prefix: secret.prefix,
      hash: secret.hash,
      lastFour: secret.lastFour,
    },
  });
}

/** The answer of a write that issued a value, with what other nodes must hear; kept whole for repeats. */
export const Issued = z.object({
  issued: IssuedKey,
  change: z.object({
    workspaceId: z.string(),
    id: z.string(),
    generation: z.number(),
    secrets: z.array(z.object({ id: z.string() })),
  }),
});
export type Issued = z.output<typeof Issued>;

/** Announces the change, also for a repeat: whoever committed first may have been killed before saying so. */
export async function announceIssued({ issued, change }: Issued): Promise<IssuedKey> {
  await announceKeyChange(change);
  await announceExternalIds(change.workspaceId, [issued.key.externalId]);
  return issued;
}
