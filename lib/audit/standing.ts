import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { currentKey } from "@/lib/audit/chain/heads/head";
import { newestHead } from "@/lib/audit/chain/heads/signed-heads";
import { extentOf } from "@/lib/audit/chain/stored";
import type { AuditStanding } from "@/lib/audit/schema";

/** Where the workspace's chain begins and ends, and the newest signed head; reads no entry. Needs `read:audit`. */
export async function readStanding(actor: Actor): Promise<AuditStanding> {
  requireScope(actor, "read:audit");
  requireProvider(actor);
  const head = await newestHead(actor.workspaceId, Number.MAX_SAFE_INTEGER);
  return { ...(await extentOf(actor.workspaceId)), head, publicKey: currentKey().publicKey };
}
