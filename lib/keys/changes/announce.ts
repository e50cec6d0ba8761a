import { bus } from "@/lib/bus/bus";

/** What other nodes must hear of a changed key. */
export interface KeyChange {
  workspaceId: string;
  id: string;
  generation: number;
  secrets: readonly { id: string }[];
}

/** Tells every node, this one first, that what it remembers of the key's secrets is past. Call it after the commit. */
export async function announceKeyChange({ workspaceId, id, generation, secrets }: KeyChange): Promise<void> {
  const secretIds = secrets.map((secret) => secret.id);
  await bus().publish({ kind: "key-changed", workspaceId, keyId: id, secretIds, generation });
}

/** Tells every node that these external ids may name somebody else now, or nobody. Call it after the commit. */
export async function announceExternalIds(
  workspaceId: string,
  ids: readonly (string | null)[],
): Promise<void> {
  const given = ids.filter((id) => id !== null);
  if (given.length > 0) await bus().publish({ kind: "subjects-changed", workspaceId, ids: given });
}
