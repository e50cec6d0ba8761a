import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "@/lib/api/router";
import { db } from "@/lib/db/client";
import { appliedEverywhere } from "@/lib/nodes/applied";

/**
 * `?wait=applied` on writes that make ruleset versions: holds the answer back until every live node applies what was
 * written. It waits for the workspace's newest version, which is the one written or a later one.
 */
export const awaitApplied: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  if (c.req.method === "GET" || c.req.query("wait") !== "applied" || !c.res.ok) return;
  const { workspaceId } = c.var.actor;
  const workspace = await db().workspace.findUnique({
    where: { id: workspaceId },
    select: { rulesetVersion: true },
  });
  const version = workspace?.rulesetVersion ?? 0;
  const { nodes, waiting } = await appliedEverywhere(workspaceId, version);
  const outcome = waiting.length === 0 ? "all" : "timeout";
  const behind = waiting.length === 0 ? "" : `; waiting=${waiting.length}`;
  c.res.headers.set("latchkey-applied", `${outcome}; version=${version}; nodes=${nodes}${behind}`);
};
