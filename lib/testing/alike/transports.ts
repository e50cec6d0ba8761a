import { type DescMethod, type JsonObject } from "@bufbuild/protobuf";
import { z } from "zod";
import { CustomerService } from "@/lib/grpc/generated/latchkey/v1/customer_service_pb";
import { KeyService } from "@/lib/grpc/generated/latchkey/v1/key_service_pb";
import { UsageService } from "@/lib/grpc/generated/latchkey/v1/usage_service_pb";
import { grpcClient } from "@/lib/testing/calls/grpc";

/** What an operation answered, told alike whatever it was asked over. */
export interface Told {
  /** `ok`, or the kind of problem. */
  kind: string;
  /** HTTP's JSON without what is null or an empty list. */
  body: JsonObject;
  /** The sentence of a problem. */
  words: string;
  /** Paths of wrong fields. */
  fields: string[];
  /** Seconds to wait, where the problem says so. */
  retryAfterSeconds: number | null;
}

/** Asks an operation by the name of its call, with HTTP's input; what HTTP has in the path is `id`. */
export type Ask = (operation: string, input: JsonObject, headers: Record<string, string>) => Promise<Told>;

interface Operation {
  http: readonly [method: string, path: string];
  /** What HTTP is sent where that differs. */
  httpInput?: (input: JsonObject) => JsonObject;
  grpc: DescMethod;
  /** Puts an answer of gRPC as HTTP has it. */
  flat?: (body: JsonObject) => JsonObject;
}

const keys = KeyService.method;
const customers = CustomerService.method;
const customerAlone = ({ customer }: JsonObject) => Json.parse(customer);
const keyAlone = ({ key }: JsonObject) => Json.parse(key);
const Json = z.record(z.string(), z.json());
const Parts = z.array(z.object({ lines: z.array(Json) }));

const operations: Record<string, Operation> = {
  createKey: { http: ["POST", "/keys"], grpc: keys.createKey },
  getKey: {
    http: ["GET", "/keys/{id}"],
    grpc: keys.getKey,
    flat: ({ key, ...rest }) => ({ ...Json.parse(key), ...rest }),
  },
  getKeyGrant: {
    http: ["GET", "/keys/{id}/grant"],
    grpc: keys.getKeyGrant,
    flat: ({ ceiling, ...rest }) => ({
      ...rest,
      ceiling: ceiling === undefined ? [] : (Json.parse(ceiling).scopes ?? []),
    }),
  },
  listKeys: { http: ["GET", "/keys"], grpc: keys.listKeys },
  updateKey: { http: ["PATCH", "/keys/{id}"], grpc: keys.updateKey, flat: keyAlone },
  rotateKey: { http: ["POST", "/keys/{id}/rotate"], grpc: keys.rotateKey },
  extendRotation: { http: ["PATCH", "/keys/{id}/rotation"], grpc: keys.extendRotation, flat: keyAlone },
  endRotation: { http: ["DELETE", "/keys/{id}/rotation"], grpc: keys.endRotation, flat: keyAlone },
  revokeKey: { http: ["POST", "/keys/{id}/revoke"], grpc: keys.revokeKey, flat: keyAlone },
  revokeKeys: { http: ["POST", "/keys/revoke"], grpc: keys.revokeKeys },
  verifyKey: { http: ["POST", "/keys/verify"], grpc: keys.verifyKey },
  getKeyUsage: { http: ["GET", "/keys/{id}/usage"], grpc: keys.getKeyUsage },

  createCustomer: { http: ["POST", "/customers"], grpc: customers.createCustomer, flat: customerAlone },
  getCustomer: { http: ["GET", "/customers/{id}"], grpc: customers.getCustomer, flat: customerAlone },
  listCustomers: { http: ["GET", "/customers"], grpc: customers.listCustomers },
  updateCustomer: { http: ["PATCH", "/customers/{id}"], grpc: customers.updateCustomer, flat: customerAlone },
  disableCustomer: {
    http: ["PATCH", "/customers/{id}"],
    httpInput: (input) => ({ ...input, disabled: true }),
    grpc: customers.disableCustomer,
    flat: customerAlone,
  },
  enableCustomer: {
    http: ["PATCH", "/customers/{id}"],
    httpInput: (input) => ({ ...input, disabled: false }),
    grpc: customers.enableCustomer,
    flat: customerAlone,
  },
  deleteCustomer: { http: ["DELETE", "/customers/{id}"], grpc: customers.deleteCustomer },

  getUsage: { http: ["GET", "/usage"], grpc: UsageService.method.getUsage },
  exportUsage: {
    http: ["GET", "/usage/export"],
    httpInput: (input) => ({ ...input, format: "ndjson" }),
    grpc: UsageService.method.exportUsage,
    flat: ({ parts }) => ({ lines: Parts.parse(parts).flatMap(({ lines }) => lines) }),
  },
};

/** Operations that can be asked. */
export const operationNames = Object.keys(operations);

function operationNamed(name: string): Operation {
  const operation = operations[name];
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  return operation;
}

/** Asks over HTTP at `origin`. */
export function askHttp(origin: string): Ask {
  return async (name, asked, headers) => {
    const { http, httpInput = (given: JsonObject) => given } = operationNamed(name);
    const [method, path] = http;
    const input = httpInput(asked);
    const { id, ...rest } = input;
    const url = new URL(`/api/v1${path.replace("{id}", encodeURIComponent(String(id)))}`, origin);
    const hasBody = method === "POST" || method === "PATCH";
    const sent = path.includes("{id}") ? rest : input;
    if (!hasBody) for (const [key, value] of Object.entries(sent)) url.searchParams.set(key, String(value));
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(hasBody ? { "content-type": "application/json" } : {}) },
      ...(hasBody ? { body: JSON.stringify(sent) } : {}),
    });
    const body = await bodyOf(response);
    if (response.ok) return { kind: "ok", body: bare(body), words: "", fields: [], retryAfterSeconds: null };
    const problem = ProblemBody.parse(body);
    const retryAfter = response.headers.get("retry-after");
    return {
      kind: problem.type.replace("/docs/problems/", ""),
      body: {},
      words: problem.detail,
      fields: problem.errors.map(({ path: field }) => field),
      retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
    };
  };
}

/** JSON, lines of JSON, or nothing. */
async function bodyOf(response: Response): Promise<JsonObject> {
  const text = await response.text();
  if (response.headers.get("content-type")?.includes("ndjson") !== true)
    return text === "" ? {} : Json.parse(JSON.parse(text));
  const lines = text.split("\n").filter((line) => line !== "");
  return { lines: lines.map((line) => Json.parse(JSON.parse(line))) };
}

const ProblemBody = z.object({
  type: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string() })).default([]),
});

/** Asks over gRPC at `host:port`. */
export function askGrpc(address: string): { ask: Ask; close(): void } {
  const client = grpcClient(address);
  const ask: Ask = async (name, input, headers) => {
    const { grpc: method, flat = (body: JsonObject) => body } = operationNamed(name);
    const way = method.methodKind === "server_streaming" ? client.collect : client.call;
    const answer = await way({ method, request: requestOf(input), headers });
    if (answer.code === "OK")
      return { kind: "ok", body: bare(flat(answer.body)), words: "", fields: [], retryAfterSeconds: null };
    return {
      kind: answer.info?.reason.toLowerCase().replaceAll("_", "-") ?? answer.code,
      body: {},
      words: answer.words,
      fields: answer.badRequest?.fieldViolations.map(({ field }) => field) ?? [],
      retryAfterSeconds:
        answer.retry?.retryDelay === undefined ? null : Number(answer.retry.retryDelay.seconds),
    };
  };
  return { ask, close: client.close };
}

/** What HTTP says with null or a union, a message says with a mask or another field. */
function requestOf(input: JsonObject): JsonObject {
  const { scopes, scopeCeiling, ...rest } = input;
  const names = Object.keys(input).filter((name) => name !== "id");
  const clears = names.some((name) => input[name] === null);
  return {
    ...rest,
    ...(typeof scopes === "string" ? { scopeExpression: scopes } : scopes === undefined ? {} : { scopes }),
    ...(scopeCeiling === undefined ? {} : { scopeCeiling: { scopes: scopeCeiling } }),
    ...(clears ? { updateMask: names.join(",") } : {}),
  };
}

/** Without what is null or an empty list, which messages do not tell from what is unset. */
function bare(body: JsonObject): JsonObject {
  const entries = Object.entries(body).flatMap(([name, value]): [string, JsonObject[string]][] => {
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    if (Array.isArray(value)) return [[name, value.map((item) => (isObject(item) ? bare(item) : item))]];
    return [[name, isObject(value) ? bare(value) : value]];
  });
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
