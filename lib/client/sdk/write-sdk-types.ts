import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { problemTable } from "@/lib/api/problem";

/** What the client is made from, and what it is made into. */
export const contractFile = "docs/openapi.json";
export const generatedFolder = "lib/client/sdk/generated";

const Media = z.record(z.string(), z.unknown());
const Operation = z.object({
  operationId: z.string().optional(),
  /** Doing it twice is doing it once, though its method does not say so. */
  "x-repeatable": z.boolean().default(false),
  parameters: z.array(z.object({ in: z.string(), name: z.string() })).default([]),
  requestBody: z.object({ content: Media }).default({ content: {} }),
  responses: z.record(z.string(), z.object({ content: Media.default({}) })),
});
const Contract = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

/** Writes the types of the contract and the table of its operations into `folder`. Throws with what failed. */
export function writeSdkTypes(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const contract = Contract.parse(JSON.parse(readFileSync(contractFile, "utf8")));
  writeFileSync(path.join(folder, "operations.ts"), operationsText(contract));
  const cli = "node_modules/openapi-typescript/bin/cli.js";
  const output = path.join(folder, "contract.ts");
  const done = spawnSync(
    process.execPath,
    [cli, contractFile, "--output", output, "--default-non-nullable=false"],
    { encoding: "utf8" },
  );
  if (done.status !== 0) throw new Error(`openapi-typescript failed:\n${done.stdout}\n${done.stderr}`);
}

function operationsText({ paths }: z.output<typeof Contract>): string {
  const lines = Object.entries(paths).flatMap(([at, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => lineOf(at, method, operation)),
  );
  const kinds = Object.keys(problemTable).map((kind) => `  | "${kind}"`);
  return [
    "// Made by `npm run openapi` from docs/openapi.json; changes here are lost.",
    "",
    "/** Every operation: method, path, the kind of its answer, whether it may be sent twice, what of a write's input is its query, and the member that is its body as a whole. */",
    "export const operations = {",
    ...lines,
    "} as const;",
    "",
    "/** Every refusal by Latchkey itself. */",
    "export type ProblemKind =",
    `${kinds.join("\n")};`,
    "",
  ].join("\n");
}

function lineOf(at: string, method: string, operation: z.output<typeof Operation>): string[] {
  const { operationId, parameters, requestBody, responses } = operation;
  if (operationId === undefined) return [];
  const media = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([, { content }]) => Object.keys(content));
  const answer = media.length === 0 ? "nothing" : media.includes("application/json") ? "json" : "stream";
  const takesKey = parameters.some(({ name }) => name.toLowerCase() === "idempotency-key");
  const byMethod = ["get", "put", "delete"].includes(method);
  const repeat = takesKey ? "with-key" : byMethod || operation["x-repeatable"] ? "safe" : "unsafe";
  const inQuery = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
  const isWhole = "*/*" in requestBody.content;
  const named = ["get", "delete"].includes(method) || inQuery.length === 0 ? [] : [inQuery];
  const beside = isWhole ? [inQuery, "value"] : named;
  const given = [method.toUpperCase(), at, answer, repeat, ...beside];
  return [`  ${operationId}: [${given.map((part) => JSON.stringify(part)).join(", ")}],`];
}
