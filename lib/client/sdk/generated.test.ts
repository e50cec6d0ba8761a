import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { operations } from "@/lib/client/sdk/generated/operations";
import { generatedFolder, writeSdkTypes } from "@/lib/client/sdk/write-sdk-types";

test("the committed types are those of the committed contract; `npm run openapi` writes them", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "latchkey-sdk-types-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeSdkTypes(folder);
  for (const file of ["contract.ts", "operations.ts"])
    expect(readFileSync(path.join(generatedFolder, file), "utf8")).toBe(
      readFileSync(path.join(folder, file), "utf8"),
    );
});

test("every operation of the contract has a name of its own, and so a method of the client", () => {
  const contract = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
  const named = Object.values<Record<string, { operationId?: string }>>(contract.paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId }) => operationId);
  expect(named).not.toContain(undefined);
  expect(named.toSorted()).toEqual(Object.keys(operations).toSorted());
});

test("the parts of an operation's path, query and body have different names, so that one input holds them all", () => {
  const contract = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
  const shared: string[] = [];
  for (const [at, methods] of Object.entries<Record<string, never>>(contract.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const names = namesOf(contract, operation);
      if (new Set(names).size !== names.length) shared.push(`${method} ${at}`);
    }
  expect(shared).toEqual([]);
  expect(Object.keys(operations).length).toBeGreaterThan(40);
});

test("what is a write's query is told from its body by the table, for every write", () => {
  const contract = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
  for (const [method, at, , , queried = []] of Object.values<Row>(operations)) {
    const { parameters = [] } = contract.paths[at][method.toLowerCase()];
    const inQuery = parameters
      .filter((parameter: { in: string }) => parameter.in === "query")
      .map(({ name }: { name: string }) => name);
    expect(queried, `${method} ${at}`).toEqual(["GET", "DELETE"].includes(method) ? [] : inQuery);
  }
});

test("an operation that takes any bytes has one member for all of its body, and no other has", () => {
  const contract = JSON.parse(readFileSync("docs/openapi.json", "utf8"));
  for (const [method, at, , , , whole] of Object.values<Row>(operations)) {
    const { requestBody } = contract.paths[at][method.toLowerCase()];
    expect(whole === "value", `${method} ${at}`).toBe("*/*" in (requestBody?.content ?? {}));
  }
});

type Row = readonly [string, string, string, string, (readonly string[])?, "value"?];

function namesOf(
  contract: { components: { schemas: Record<string, { properties?: object }> } },
  operation: {
    parameters?: { in: string; name: string }[];
    requestBody?: { content?: Record<string, { schema?: { $ref?: string; properties?: object } }> };
  },
): string[] {
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  const named =
    schema?.$ref === undefined ? schema : contract.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== "header");
  return [...parameters.map(({ name }) => name), ...Object.keys(named?.properties ?? {})];
}
