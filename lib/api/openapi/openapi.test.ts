import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openapiText } from "@/lib/api/openapi/openapi-text";

test("the committed contract is the one that the schemas generate; `npm run openapi` writes it", async () => {
  expect(await openapiText()).toBe(readFileSync("docs/openapi.json", "utf8"));
});
