import type { Actor, KeyActor } from "@/lib/api/actor";
import { createKey } from "@/lib/keys/create";
import { idWithin } from "@/lib/keys/format";
import { CreateKey } from "@/lib/keys/changes/schema";
import type { IssuedKey } from "@/lib/keys/schema";
import type { z } from "zod";
import { randomBase62 } from "@/lib/db/id";

/** Makes a key as the API would, under a name of its own unless one is given. */
export function issueKey(actor: Actor, input: Partial<z.input<typeof CreateKey>> = {}): Promise<IssuedKey> {
  return createKey(actor, CreateKey.parse({ name: `key ${randomBase62(8)}`, ...input }));
}

/** The key as a caller of the API. */
export function callerOf(workspaceId: string, { key, secret }: IssuedKey): KeyActor {
  return {
    kind: "key",
    workspaceId,
    keyId: key.id,
    secretId: idWithin(secret),
    name: key.name,
    customerId: key.customer,
    scopes: key.grant,
    address: "203.0.113.7",
  };
}

/** A caller that stands for a key of the workspace's own, which is not stored. */
export function keyActor(workspaceId: string, given: Partial<KeyActor>): KeyActor {
  return {
    kind: "key",
    workspaceId,
    keyId: "key_1",
    secretId: "s",
    name: "k",
    customerId: null,
    scopes: [],
    address: null,
    ...given,
  };
}
