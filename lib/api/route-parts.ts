import { z } from "@hono/zod-openapi";

/** Header of writes that a caller may repeat without doing them twice. */
export const IdempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .describe("1–255 visible ASCII; a repeat within 24 hours gets the first answer"),
});

/** A JSON body that must be there. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/** A JSON answer. */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}
