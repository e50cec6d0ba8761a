import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLatchkey, type LatchkeySettings } from "@/lib/client/sdk/client";
import { eachItem } from "@/lib/client/sdk/each-item";
import type { LatchkeyError } from "@/lib/client/sdk/failure";
import { isLatchkeyError } from "@/lib/client/sdk/failure";

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

interface Asked {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

let replies: Reply[] = [];
let asked: Asked[] = [];
let origin = "";

/** Answers request by request as the test says; the last reply is repeated. */
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    asked.push({ method: request.method, url: request.url, headers: request.headers, body });
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    reply?.(request, response);
  });
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});
beforeEach(() => {
  replies = [];
  asked = [];
});

const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Reply =>
  (_request, response) => {
    const type = status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "content-type": type, ...headers }).end(JSON.stringify(value));
  };
const problem = (status: number, kind: string, members: object = {}, headers: Record<string, string> = {}) =>
  json(
    status,
    { type: `/docs/problems/${kind}`, title: "T", status, detail: "D", instance: "req_1", ...members },
    headers,
  );
const cut: Reply = (request) => void request.socket.destroy();
const silent: Reply = () => undefined;

const client = (settings: Partial<LatchkeySettings> = {}) =>
  createLatchkey({ origin, key: "lk_live_test", timeoutMs: 2_000, ...settings });

async function failure(call: Promise<unknown>): Promise<LatchkeyError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isLatchkeyError(error)) throw new Error(`expected a LatchkeyError, got ${String(error)}`);
  return error;
}

describe("what is sent", () => {
  test("parts of the path, query and body are taken from one input, and what is undefined is left out", async () => {
    replies = [json(200, { items: [] })];
    const latchkey = client();
    await latchkey.listKeys({ status: "active", q: "a b&c" });
    await latchkey.rotateKey({ id: "key_ä/1", overlapSeconds: 60 });
    await latchkey.updateKey({ id: "key_1", labels: ["x"] });
    expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["GET", "/api/v1/keys?status=active&q=a+b%26c", ""],
      ["POST", "/api/v1/keys/key_%C3%A4%2F1/rotate", '{"overlapSeconds":60}'],
      ["PATCH", "/api/v1/keys/key_1", '{"labels":["x"]}'],
    ]);
    expect(asked.every(({ headers }) => headers.authorization === "Bearer lk_live_test")).toBe(true);
  });

  test("a missing part of the path is refused before anything is sent", async () => {
    await expect(async () => client().readKey({ id: "" })).rejects.toThrow("id is missing");
    // As a customer's external id these would lead to the members of the workspace, or to all keys.
    for (const id of [".", ".."])
      await expect(async () =>
        client().updateCustomerMember({ id, userId: "usr_1", role: "admin" }),
      ).rejects.toThrow("id cannot be");
    expect(asked).toEqual([]);
  });

  test.each(["https://a.example/api", "https://u@a.example", "https://a.example?x=1", "nonsense"])(
    "the origin %s is refused at once",
    (wrong) => {
      expect(() => createLatchkey({ origin: wrong })).toThrow(TypeError);
    },
  );
});

describe("repeats", () => {
  test("a read is repeated after a lost connection, 503 and 429, as long as Retry-After says", async () => {
    replies = [
      cut,
      problem(503, "unavailable", {}, { "retry-after": "1" }),
      problem(429, "rate-limited", {}, { "retry-after": "1" }),
      json(200, { id: "key_1" }),
    ];
    const startedMs = performance.now();
    expect(await client().readKey({ id: "key_1" })).toEqual({ id: "key_1" });
    expect(asked).toHaveLength(4);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(2_000);
  });

  test("a write that takes an Idempotency-Key is repeated under one key, and each call has its own", async () => {
    replies = [cut, problem(502, "upstream-unreachable"), json(201, { key: {}, secret: "s" })];
    const latchkey = client();
    await latchkey.createKey({ name: "a" });
    await latchkey.createKey({ name: "a" });
    await latchkey.createKey({ name: "a" }, { idempotencyKey: "mine" });
    const keys = asked.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(5);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[3]).not.toBe(keys[0]);
    expect(keys[4]).toBe("mine");
  });

  test("a write that must not happen twice is not repeated after a lost answer, but after 429", async () => {
    replies = [cut];
    expect(await failure(client().updateKey({ id: "k", name: "n" }))).toMatchObject({
      kind: "unreachable",
      status: 0,
    });
    expect(asked).toHaveLength(1);
    replies = [problem(429, "rate-limited", {}, { "retry-after": "1" }), json(200, {})];
    await client().updateKey({ id: "k", name: "n" });
    expect(asked).toHaveLength(3);
  });

  test.each([
    [400, "bad-request"],
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not-found"],
    [409, "conflict"],
    [422, "invalid"],
    [500, "internal"],
  ])("%i is never repeated", async (status, kind) => {
    replies = [problem(status, kind)];
    expect(await failure(client().readKey({ id: "k" }))).toMatchObject({ status, kind });
    expect(asked).toHaveLength(1);
  });

  test("repeats end, and a wait of an hour is left to the caller", async () => {
    replies = [problem(503, "unavailable")];
    expect(await failure(client({ retries: 2 }).readKey({ id: "k" }))).toMatchObject({ kind: "unavailable" });
    expect(asked).toHaveLength(3);
    replies = [problem(429, "rate-limited", { code: "QUOTA_EXCEEDED" }, { "retry-after": "3600" })];
    expect(await failure(client().readKey({ id: "k" }))).toMatchObject({
      retryAfterSeconds: 3_600,
      members: { code: "QUOTA_EXCEEDED" },
    });
    expect(asked).toHaveLength(4);
  });
});

describe("time", () => {
  test("an attempt that gets no answer in time fails as a timeout", async () => {
    replies = [silent];
    expect(await failure(client({ timeoutMs: 50, retries: 1 }).readKey({ id: "k" }))).toMatchObject({
      kind: "timeout",
    });
    expect(asked).toHaveLength(2);
  });

  test("a body that stops halfway is a timeout too", async () => {
    replies = [
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"items":');
      },
    ];
    expect(await failure(client({ timeoutMs: 50, retries: 0 }).listKeys())).toMatchObject({
      kind: "timeout",
    });
  });

  test("the caller's signal ends a call that waits for its answer or for its repeat, with the signal's reason", async () => {
    for (const reply of [silent, problem(503, "unavailable", {}, { "retry-after": "20" })]) {
      replies = [reply];
      const gaveUp = new Error("gave up");
      const control = new AbortController();
      const call = client().readKey({ id: "k" }, { signal: control.signal });
      setTimeout(() => control.abort(gaveUp), 50);
      await expect(call).rejects.toBe(gaveUp);
    }
    await expect(client().listKeys({}, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
  });
});

describe("answers", () => {
  test("a problem is a typed error with its places, request id and members, and never the key", async () => {
    replies = [
      problem(422, "invalid", { errors: [{ path: "name", message: "must not be empty" }, 7], beyond: "a:b" }),
    ];
    const error = await failure(client().createKey({ name: "" }));
    expect(error).toMatchObject({
      kind: "invalid",
      message: "D",
      requestId: "req_1",
      errors: [{ path: "name", message: "must not be empty" }],
      members: { beyond: "a:b" },
    });
    expect(isLatchkeyError(error, "invalid")).toBe(true);
    expect(isLatchkeyError(error, "conflict")).toBe(false);
    expect(JSON.stringify(error) + String(error.stack)).not.toContain("lk_live_test");
  });

  test.each([
    ["an HTML page", 200, "text/html", "<html>"],
    ["an HTML refusal", 404, "text/html", "<html>"],
    ["half a JSON", 200, "application/json", '{"items":'],
    ["a list", 200, "application/json", "[]"],
    ["a problem of no type", 403, "application/problem+json", "{}"],
  ])("%s is unreadable", async (_title, status, type, text) => {
    replies = [(_request, response) => void response.writeHead(status, { "content-type": type }).end(text)];
    expect(await failure(client().listKeys())).toMatchObject({ kind: "unreadable", status });
  });

  test("an answer without a body is undefined, and a redirect is not followed with the key", async () => {
    replies = [(_request, response) => void response.writeHead(204).end()];
    expect(await client().deleteService({ id: "svc_1" })).toBeUndefined();
    replies = [(_request, response) => void response.writeHead(307, { location: "/elsewhere" }).end()];
    expect(await failure(client({ retries: 0 }).listKeys())).toMatchObject({ kind: "unreachable" });
    expect(asked.map(({ url }) => url)).not.toContain("/elsewhere");
  });

  test("every item of every page comes once, and pages are asked for as they are needed", async () => {
    replies = [
      json(200, { items: [{ id: 1 }, { id: 2 }], nextCursor: "c1" }),
      json(200, { items: [], nextCursor: "c2" }),
      json(200, { items: [{ id: 3 }], nextCursor: null }),
    ];
    const seen: unknown[] = [];
    for await (const key of eachItem(client().listKeys, { status: "active" })) {
      seen.push(key);
      expect(asked.length).toBe(seen.length < 3 ? 1 : 3);
    }
    expect(seen).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(asked.map(({ url }) => url)).toEqual([
      "/api/v1/keys?status=active",
      "/api/v1/keys?status=active&cursor=c1",
      "/api/v1/keys?status=active&cursor=c2",
    ]);
  });
});

test("a key that was rotated is read anew after a 401 and the call goes on; the same key twice is a refusal", async () => {
  const values = ["old", "new"];
  const latchkey = client({ key: () => (values.length > 1 ? values.shift() : values[0]) ?? "" });
  replies = [problem(401, "unauthorized"), json(200, { id: "k" })];
  await latchkey.updateKey({ id: "k" });
  expect(asked.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer new"]);
  replies = [problem(401, "unauthorized", { code: "REVOKED" })];
  expect(await failure(latchkey.whoami())).toMatchObject({ members: { code: "REVOKED" } });
  expect(asked).toHaveLength(3);
});
