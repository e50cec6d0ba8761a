import { createRoute, z } from "@hono/zod-openapi";
import { prepareStart } from "@/lib/accounts/start/start";
import { createRouter } from "@/lib/api/router";
import { Service } from "@/lib/services/schema";

const PreparedStart = z.object({
  service: Service,
  gatewayUrl: z.string(),
  workspace: z.object({ slug: z.string() }),
});

/** `/account/start`: what the first-run page needs. */
export const startRoutes = createRouter();

startRoutes.openapi(
  createRoute({
    method: "post",
    path: "/account/start",
    operationId: "prepareStart",
    tags: ["Account"],
    summary: "Make sure that the echo service is there",
    responses: {
      200: { description: "What to call", content: { "application/json": { schema: PreparedStart } } },
    },
  }),
  async (c) => c.json(await prepareStart(c.var.actor), 200),
);
