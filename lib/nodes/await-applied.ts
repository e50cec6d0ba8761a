import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "@/lib/api/router";
import { db } from "@/lib/db/client";
import { log } from "@/lib/log";
import { appliedEverywhere } from "@/lib/nodes/applied";

/**
 * `?wait=applied` on writes that make ruleset versions: holds the answer back until every live node applies what was
 * written. It waits for the workspace's newest version, which is the one written or a later one. Latchkey-Applied
 * says what came of it: all, timeout, or unknown where the database could not be asked.
 */
export const awaitApplied: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  if (c.req.method === "GET" || c.req.query("wait") !== "applied" || !c.res.ok) return;
  c.res.headers.set("latchkey-applied", await saidOf(c.var.actor.workspaceId));
};

/** The write is stored: what goes wrong from here on must not make its answer a failure. */
async function saidOf(workspaceId: string): Promise<string> {
  try {
    return await waited(workspaceId);
  } catch (error) {
    log.warn({ err: error, workspaceId }, "it could not be seen whether a version is applied everywhere");
    return "unknown";
  }
}

async function waited(workspaceId: string): Promise<string> {
  const workspace = await db().workspace.findUnique({
    where: { id: workspaceId },
    select: { rulesetVersion: true },
  });
  const version = workspace?.rulesetVersion ?? 0;
  const { nodes, waiting } = await appliedEverywhere(workspaceId, version);
  const outcome = waiting.length === 0 ? "all" : "timeout";
  const behind = waiting.length === 0 ? "" : `; waiting=${waiting.length}`;
  return `${outcome}; version=${version}; nodes=${nodes}${behind}`;
}
