import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv } from "@/lib/api/router";

/** What stands before the generated paths of `/openapi.json`. */
export const openapiHead = {
  openapi: "3.1.0",
  info: {
    title: "Latchkey",
    version: "1",
    description:
      "Keys, rules, services and decisions of a Latchkey workspace. Failures are RFC 9457 problem documents.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  security: [{ bearer: [] }, { apiKey: [] }],
};

/** How a caller shows who it is. */
const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", description: "A key's secret" },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "A key's secret" },
} as const;

const text = (description: string) => ({ type: "string" as const, description });

/** Every refusal of `/api/v1`, as `problemDocument` makes it. */
const problemResponse = {
  description: "A refusal in words, or a failure",
  content: {
    "application/problem+json": {
      schema: {
        type: "object" as const,
        properties: {
          type: text("`/docs/problems/<kind>`, which explains it"),
          title: text("The kind in words"),
          status: { type: "integer" as const },
          detail: text("What is wrong here"),
          instance: text("Id of the request"),
          errors: {
            type: "array" as const,
            description: "Every wrong place of the input",
            items: {
              type: "object" as const,
              properties: {
                path: text("Dotted, such as `when.route`"),
                message: text("What is wrong there"),
              },
              required: ["path", "message"],
            },
          },
        },
        required: ["type", "title", "status", "detail", "instance"],
        additionalProperties: true,
      },
    },
  },
};

/** Adds to the contract what holds for all operations: how callers show who they are, and how they are refused. */
export function describeForAll({ openAPIRegistry: registry }: OpenAPIHono<ApiEnv>): void {
  registry.registerComponent("securitySchemes", "bearer", securitySchemes.bearer);
  registry.registerComponent("securitySchemes", "apiKey", securitySchemes.apiKey);
  const { ref } = registry.registerComponent("responses", "Problem", problemResponse);
  for (const definition of registry.definitions)
    if (definition.type === "route" && definition.route.path.startsWith("/api/v1/"))
      definition.route.responses.default ??= ref;
}
