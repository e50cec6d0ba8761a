import { requireScope, type Actor } from "@/lib/api/actor";
import { requireProvider } from "@/lib/api/require-provider";
import { readNodes } from "@/lib/nodes/applied";
import type { NodeList } from "@/lib/nodes/schema";

/** The nodes, and the version of the workspace's rules that each applies. Needs `read:rules`. */
export async function listNodes(actor: Actor): Promise<NodeList> {
  requireScope(actor, "read:rules");
  requireProvider(actor);
  return { items: await readNodes(actor.workspaceId) };
}
