import { beforeAll, describe, expect, inject, test, vi } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { createRule } from "@/lib/rules/create";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { apiClient, type Answer } from "@/lib/testing/calls/http";
import {
  anyCaller,
  isOfOwnStore,
  operationBodies,
  operationQueries,
  readOperations,
  type Operation,
} from "@/lib/testing/calls/operations";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { createMessage } from "@/lib/webhooks/messages/create";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

let operations: Operation[] = [];
let mine: { full: string; none: string; ids: Record<string, string> };
let stranger: string;

beforeAll(async () => {
  operations = await readOperations(inject("apiOrigin"));
  mine = await makeWorkspace();
  stranger = (await makeWorkspace()).full;
});

async function makeWorkspace() {
  const { system, workspaceId } = await createTestWorkspace();
  const key = async (name: string, scopes: string[]) => createKey(system, CreateKey.parse({ name, scopes }));
  const service = await createService(
    system,
    CreateService.parse({ slug: "orders", upstream: "http://127.0.0.1:9" }),
  );
  const rule = await createRule(system, { name: "first", effect: "allow" });
  const invitation = {
    workspaceId,
    id: newId("inv"),
    email: "guest@example.com",
    role: "viewer",
    tokenHash: newId("inv"),
    invitedBy: "system",
    expiresAt: new Date(Date.now() + 1e9),
  };
  await db().invitation.create({ data: invitation });
  const subject = await key("subject", []);
  const [full, none] = [await key("full", ["platform:*", "*:*"]), await key("none", [])];
  const decision = await makeDecision(full.secret, subject.secret);
  const member = await db().membership.findFirstOrThrow({ where: { workspaceId } });
  const { endpoint } = await createEndpoint(
    system,
    CreateWebhookEndpoint.parse({ url: "http://127.0.0.1:9/" }),
  );
  const message = await createMessage(system, { eventType: "walked", payload: {} });
  const ids = {
    "webhooks/endpoints": endpoint.id,
    "webhooks/messages": message.id,
    keys: subject.key.id,
    services: service.id,
    rules: rule.id,
    "members/invitations": invitation.id,
    members: member.userId,
    decisions: decision,
  };
  return { full: full.secret, none: none.secret, ids };
}

async function makeDecision(caller: string, key: string): Promise<string> {
  const { body } = await apiClient(caller)("POST", "/keys/verify", { key });
  await vi.waitUntil(
    async () => (await apiClient(caller)("GET", `/decisions/${body.decision}`)).status === 200,
    { timeout: 10_000 },
  );
  return body.decision;
}

function call({ name, method, path }: Operation, key: string | null): Promise<Answer> {
  const [, collection = ""] = /^\/(.+?)\/\{/.exec(path) ?? [];
  const filled = path.replace(/\{version\}/, "1").replace(/\{\w+\}/, mine.ids[collection] ?? "missing");
  return apiClient(key)(method, `${filled}${operationQueries[name] ?? ""}`, operationBodies[name]);
}

describe("every operation of the contract", () => {
  test("has input here, so that the walk reaches its check", () => {
    const writing = operations.filter(
      ({ isOpen, name, method, path }) =>
        !isOpen &&
        !anyCaller.has(name) &&
        ["POST", "PATCH", "PUT"].includes(method) &&
        !/resend|start/.test(path),
    );
    expect(operations.length).toBeGreaterThan(40);
    expect(writing.map(({ name }) => name).filter((name) => !(name in operationBodies))).toEqual([]);
  });

  test("answers 401 without a credential", async () => {
    const statuses = await walk(
      operations.filter(({ isOpen }) => !isOpen),
      null,
    );
    expect(Object.fromEntries(Object.entries(statuses).filter(([, status]) => status !== 401))).toEqual({});
  });

  test("answers 403 to a key without its scope, and names the scope", async () => {
    for (const operation of operations.filter(({ isOpen, name }) => !isOpen && !anyCaller.has(name))) {
      const { status, body } = await call(operation, mine.none);
      expect({ operation: operation.name, status }).toEqual({ operation: operation.name, status: 403 });
      expect(body).toMatchObject({
        type: "/docs/problems/forbidden",
        requiredScope: expect.stringMatching(/^\w+:[\w-]+$/),
      });
    }
  });

  test("answers 404 to another workspace's key that holds every scope, wherever it names a row", async () => {
    const naming = operations.filter(
      ({ isOpen, path }) =>
        path.includes("{") && !path.includes("{version}") && !isOpen && !isOfOwnStore(path),
    );
    expect(naming.length).toBeGreaterThan(15);
    const statuses = await walk(naming, stranger);
    expect(Object.fromEntries(Object.entries(statuses).filter(([, status]) => status !== 404))).toEqual({});
  });
});

async function walk(these: readonly Operation[], key: string | null): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  for (const operation of these) statuses[operation.name] = (await call(operation, key)).status;
  return statuses;
}

describe("bad input gets a clear problem answer", () => {
  const ask = (...[method, path, body, headers]: [string, string, unknown?, Record<string, string>?]) =>
    apiClient(mine.full)(method, path, body, headers);

  test.each([
    ["malformed JSON", "POST", "/keys", '{"name":', 400, "bad-request"],
    ["a wrong type", "POST", "/keys", { name: 7 }, 422, "invalid"],
    ["an unknown field", "POST", "/keys", { name: "x", colour: "red" }, 422, "invalid"],
    ["a body over 1 MiB", "POST", "/keys", { name: "x".repeat(1_100_000) }, 413, "too-large"],
    ["NUL in an id", "GET", "/keys/%00", undefined, 400, "bad-request"],
    ["NUL in metadata", "POST", "/keys", { name: "nul", metadata: { a: "\u0000" } }, 400, "bad-request"],
    [
      "half a character in metadata",
      "POST",
      "/keys",
      '{"name":"half","metadata":{"a":"\\ud800"}}',
      400,
      "bad-request",
    ],
    ["half a character in a label", "POST", "/keys", '{"name":"half","labels":["\\ud800b"]}', 422, "invalid"],
    [
      "half a character in an id of the provider",
      "POST",
      "/keys",
      '{"name":"h","externalId":"\\ud800"}',
      422,
      "invalid",
    ],
    [
      "a name in metadata that copying would lose",
      "POST",
      "/keys",
      '{"name":"lost","metadata":{"a":[{"__proto__":{"b":1}}]}}',
      422,
      "invalid",
    ],
    [
      "an expiry in the year 10000",
      "POST",
      "/keys",
      { name: "late", expiresAt: "9999-12-31T23:59:59-01:00" },
      422,
      "invalid",
    ],
    ["NUL in a search", "GET", "/keys?q=%00", undefined, 400, "bad-request"],
    ["an id that is not there", "GET", "/keys/key_nothere", undefined, 404, "not-found"],
    ["a cursor that nobody made", "GET", "/keys?cursor=abc", undefined, 400, "bad-request"],
    ["a limit of zero", "GET", "/keys?limit=0", undefined, 422, "invalid"],
    ["a limit beyond its bound", "GET", "/keys?limit=101", undefined, 422, "invalid"],
    ["a path that is not there", "GET", "/nothing", undefined, 404, "not-found"],
  ])("%s", async (_what, method, path, body, status, kind) => {
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({
      type: `/docs/problems/${kind}`,
      status,
      detail: expect.any(String),
      instance: expect.stringMatching(/^req_/),
    });
  });

  test("every wrong place of a body is named", async () => {
    const { body } = await ask("POST", "/keys", { name: "", environment: "prod", scopes: ["READ"] });
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual(
      expect.arrayContaining(["name", "environment", "scopes.0"]),
    );
  });

  test("a cursor of another list is refused", async () => {
    for (let index = 0; index < 3; index += 1)
      await ask("POST", "/services", { slug: `cursor-${index}`, upstream: "http://127.0.0.1:9" });
    const { body } = await ask("GET", "/services?limit=1");
    expect(body.nextCursor).toEqual(expect.any(String));
    expect((await ask("GET", `/keys?cursor=${encodeURIComponent(body.nextCursor)}`)).status).toBe(400);
  });

  test("a name that is taken is a conflict, also when two ask at once", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask("POST", "/keys", { name: "twice" })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  });

  test("two different keys in one request are refused, the same one twice is fine", async () => {
    expect((await ask("GET", "/keys", undefined, { "x-api-key": mine.none })).status).toBe(400);
    expect((await ask("GET", "/keys", undefined, { "x-api-key": mine.full })).status).toBe(200);
  });

  test("a key in the body is taken as the caller and cut out before the body is judged", async () => {
    const answer = await apiClient(null)("POST", "/keys", { name: "by body", hook_private_key: mine.full });
    expect(answer.status).toBe(201);
    const form = await apiClient(null)("GET", `/keys?hook_private_key=${mine.full}`);
    expect(form.status).toBe(200);
  });
});
