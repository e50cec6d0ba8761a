import { requireScope, type Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { requireProvider } from "@/lib/api/require-provider";
import { db } from "@/lib/db/client";
import { echoHost } from "@/lib/gateway/upstream/echo";
import { gatewayUrl } from "@/lib/env";
import { createService } from "@/lib/services/create";
import { CreateService, type Service } from "@/lib/services/schema";
import { presentService } from "@/lib/services/stored/find";

/** What the first-run page calls. */
export interface PreparedStart {
  service: Service;
  /** Public origin of the gateway. */
  gatewayUrl: string;
  workspace: { slug: string };
}

/** Makes sure that the workspace has the private service `echo`, which Latchkey answers itself. Safe to ask twice at once. */
export async function prepareStart(actor: Actor): Promise<PreparedStart> {
  requireScope(actor, "read:services");
  requireProvider(actor);
  const { slug } = await db().workspace.findUniqueOrThrow({
    where: { id: actor.workspaceId },
    select: { slug: true },
  });
  return { service: await ensureEcho(actor), gatewayUrl: gatewayUrl(), workspace: { slug } };
}

async function ensureEcho(actor: Actor): Promise<Service> {
  const there = await findEcho(actor);
  if (there !== null) return there;
  try {
    return await createService(
      actor,
      CreateService.parse({
        slug: "echo",
        name: "Echo",
        upstream: `http://${echoHost}`,
        defaultVerdict: "allow",
      }),
    );
  } catch (error) {
    const other = error instanceof Problem && error.kind === "conflict" ? await findEcho(actor) : null;
    if (other === null) throw error;
    return other;
  }
}

async function findEcho({ workspaceId }: Actor): Promise<Service | null> {
  const row = await db().service.findUnique({
    where: { workspaceId_slug: { workspaceId, slug: "echo" } },
  });
  return row === null ? null : presentService(row);
}
