import { createRoute } from "@hono/zod-openapi";
import { answer } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { findOddRules } from "@/lib/rules/findings/find";
import { FindingQuery, Findings } from "@/lib/rules/findings/schema";

const findings = createRoute({
  method: "get",
  path: "/rules/findings",
  tags: ["rules"],
  operationId: "listRuleFindings",
  summary: "Rules that never matched, stop soon, are covered by a broader deny, or have no effect",
  request: { query: FindingQuery },
  responses: { 200: answer("What was found, by the rules' names", Findings) },
});

/** `/rules/findings`, before `/rules/{id}` takes its name for an id. */
export const findingRoutes = createRouter().openapi(findings, async (c) =>
  c.json(await findOddRules(c.var.actor, c.req.valid("query")), 200),
);
