import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import { FieldSchema, jsonOfFields, type NamedSchemas } from "@/lib/api/forms/json-of-fields";
import { isForm, readFields } from "@/lib/api/forms/read-fields";
import { useBody } from "@/lib/api/read-body";
import type { ApiEnv } from "@/lib/api/router";

const Contract = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        requestBody: z
          .object({ content: z.record(z.string(), z.object({ schema: FieldSchema.optional() })) })
          .optional(),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), FieldSchema) }),
});

interface JsonOperation {
  method: string;
  path: RegExp;
  schema: FieldSchema;
}

/**
 * Lets a key's holder send a form where an operation takes JSON. Only a key's: a page of another site can post a form
 * with somebody's session. `readContract` answers the generated contract; it is read at the first form.
 */
export function formsAsJson(readContract: () => unknown): MiddlewareHandler<ApiEnv> {
  let known: { operations: JsonOperation[]; named: NamedSchemas } | null = null;
  return async (c, next) => {
    const contentType = c.req.header("content-type");
    if (isForm(contentType) && c.var.actor.kind === "key") {
      known ??= readOperations(readContract());
      const { operations, named } = known;
      const operation = operations.find(
        ({ method, path }) => method === c.req.method && path.test(c.req.path),
      );
      if (operation !== undefined) {
        const fields = await readFields(contentType, new Uint8Array(await c.req.arrayBuffer()));
        useJson(c, jsonOfFields(fields, { schema: operation.schema, named }));
      }
    }
    await next();
  };
}

function useJson(c: Context<ApiEnv>, body: Record<string, unknown>): void {
  const { method, signal } = c.req.raw;
  const headers = new Headers(c.req.raw.headers);
  headers.set("content-type", "application/json");
  c.req.raw = new Request(c.req.url, { method, headers, signal });
  useBody(c, new TextEncoder().encode(JSON.stringify(body)));
}

const jsonTypes: ReadonlySet<string> = new Set(["application/json", "application/x-ndjson"]);

/** Operations that take JSON and nothing else; one that takes any bytes gets a form as it is. */
function readOperations(contract: unknown): { operations: JsonOperation[]; named: NamedSchemas } {
  const { paths, components } = Contract.parse(contract);
  const operations = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) => {
      const types = Object.keys(requestBody?.content ?? {});
      const schema = requestBody?.content["application/json"]?.schema;
      if (schema === undefined || !types.every((type) => jsonTypes.has(type))) return [];
      return [{ method: method.toUpperCase(), path: patternOf(template), schema }];
    }),
  );
  // `/keys/verify` before `/keys/{id}`.
  operations.sort((one, other) => placeholders(one) - placeholders(other));
  return { operations, named: components.schemas };
}

function patternOf(template: string): RegExp {
  const parts = template
    .split("/")
    .map((part) => (part.startsWith("{") ? "[^/]+" : part.replace(/[.]/g, "\\.")));
  return new RegExp(`^${parts.join("/")}$`);
}

function placeholders({ path }: JsonOperation): number {
  return path.source.split("[^/]+").length;
}
