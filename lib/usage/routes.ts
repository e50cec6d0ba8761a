import { createRoute, z } from "@hono/zod-openapi";
import { createRouter } from "@/lib/api/router";
import { PageQuery } from "@/lib/lists/schema";
import { exportResponse, exportUsage } from "@/lib/usage/export/export-usage";
import { listKeyFlags } from "@/lib/usage/flags/read-flags";
import { KeyFlagPage } from "@/lib/usage/flags/schema";
import { groupUsage } from "@/lib/usage/measures/group-usage";
import { keyUsage } from "@/lib/usage/measures/key-usage";
import { overview } from "@/lib/usage/overview/overview";
import { QuotaQuestion, UsageExport, UsagePeriod, UsageQuestion } from "@/lib/usage/question";
import { KeyUsage, Overview, QuotaStandings, Sparkline, Usage, UsageQuery } from "@/lib/usage/schema";
import { quotaStandings } from "@/lib/usage/quotas/quota-standings";
import { sparklines } from "@/lib/usage/measures/sparklines";

/** Usage and the overview, under `/api/v1`. */
export const usageRoutes = createRouter();

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  200: { description, content: { "application/json": { schema } } },
});

const KeyIds = z
  .string()
  .max(10_000)
  .transform((text) => text.split(",").filter((id) => id !== ""))
  .pipe(z.array(z.string().max(64)).min(1).max(100, "must name at most 100 keys"))
  .openapi({ type: "string", description: "Ids of at most 100 keys, joined by commas" });

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/overview",
    operationId: "readOverview",
    tags: ["Usage"],
    summary: "Totals, series, top keys and services, and what needs attention",
    request: { query: UsageQuery.strict() },
    responses: json(Overview, "The overview"),
  }),
  async (c) => c.json(await overview(c.var.actor, c.req.valid("query")), 200),
);

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/usage",
    operationId: "readUsage",
    tags: ["Usage"],
    summary: "Calls of a stretch of time, in all and split by one thing",
    request: { query: UsageQuestion },
    responses: json(Usage, "Calls"),
  }),
  async (c) => c.json(await groupUsage(c.var.actor, c.req.valid("query")), 200),
);

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/usage/export",
    operationId: "exportUsage",
    tags: ["Usage"],
    summary: "Usage as CSV or NDJSON, of any length of time that is kept",
    request: { query: UsageExport },
    responses: {
      200: {
        description:
          "One line per key, secret, customer, service, method, route, status and outcome in each interval",
        content: {
          "text/csv": { schema: z.string() },
          "application/x-ndjson": { schema: z.string() },
        },
      },
    },
  }),
  async (c) =>
    exportResponse(await exportUsage(c.var.actor, c.req.valid("query")), { incoming: c.env?.incoming }),
);

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/usage/quotas",
    operationId: "readQuotas",
    tags: ["Usage"],
    summary: "How the quotas of keys and customers stand, the most used first",
    request: { query: QuotaQuestion },
    responses: json(QuotaStandings, "Of the 50 keys used last that have one, and of 50 customers"),
  }),
  async (c) => c.json(await quotaStandings(c.var.actor, c.req.valid("query")), 200),
);

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/usage/sparklines",
    operationId: "readSparklines",
    tags: ["Usage"],
    summary: "Thirty days of calls of up to 100 keys",
    request: { query: z.strictObject({ keys: KeyIds }) },
    responses: json(z.object({ items: z.array(Sparkline) }), "One line for each key that exists"),
  }),
  async (c) => c.json({ items: await sparklines(c.var.actor, c.req.valid("query").keys) }, 200),
);

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/keys/{id}/usage",
    operationId: "readKeyUsage",
    tags: ["Usage"],
    summary: "One key's calls by status, route, service and secret",
    request: {
      params: z.object({ id: z.string().max(100) }),
      query: UsagePeriod.strict(),
    },
    responses: json(KeyUsage, "The key's calls"),
  }),
  async (c) =>
    c.json(await keyUsage(c.var.actor, { keyId: c.req.valid("param").id, ...c.req.valid("query") }), 200),
);

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/keys/{id}/flags",
    operationId: "listKeyFlags",
    tags: ["Usage"],
    summary: "When a key's traffic departed from its own history, newest first",
    request: { params: z.object({ id: z.string().max(100) }), query: PageQuery.strict() },
    responses: json(KeyFlagPage, "A page of flags"),
  }),
  async (c) =>
    c.json(await listKeyFlags(c.var.actor, { keyId: c.req.valid("param").id, ...c.req.valid("query") }), 200),
);
