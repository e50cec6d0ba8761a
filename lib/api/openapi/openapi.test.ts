import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { openapiText } from "@/lib/api/openapi/openapi-text";

const Contract = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z.record(z.string(), z.object({ $ref: z.string().optional() })),
        parameters: z
          .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional() }))
          .default([]),
      }),
    ),
  ),
});

test("every operation of /api/v1 says how it is refused", async () => {
  const { paths } = Contract.parse(JSON.parse(await openapiText()));
  const silent = Object.entries(paths)
    .filter(([path]) => path.startsWith("/api/v1/"))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { responses }]) => ({ path, method, responses })),
    )
    .filter(({ responses }) => responses.default?.$ref !== "#/components/responses/Problem");
  expect(silent).toEqual([]);
});

test("every parameter that stands in a path is required, as OpenAPI asks", async () => {
  const { paths } = Contract.parse(JSON.parse(await openapiText()));
  const optional = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods)
      .flatMap(({ parameters }) => parameters)
      .filter((parameter) => parameter.in === "path" && parameter.required !== true)
      .map(({ name }) => `${path} ${name}`),
  );
  expect(optional).toEqual([]);
});

test("the committed contract is the one that the schemas generate; `npm run openapi` writes it", async () => {
  expect(await openapiText()).toBe(readFileSync("docs/openapi.json", "utf8"));
});
