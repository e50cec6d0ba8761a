import { createServer, request as send, type OutgoingHttpHeaders } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiApp } from "@/lib/api/app";
import { handleAuthzen } from "@/lib/authzen/handler";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { revokeKey } from "@/lib/keys/revoke";
import { createRule } from "@/lib/rules/create";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** Answers 299 where the API app would take over. */
const server = createServer((request, response) => {
  if (!handleAuthzen(request, response)) response.writeHead(299).end();
});
const app = createApiApp();
let workspace: TestWorkspace;
let caller: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  caller = (await issueKey(workspace.system, { scopes: ["verify:keys"] })).secret;
  await authenticateSecret(caller);
  await createRule(workspace.system, {
    name: "Readers",
    effect: "allow",
    when: { action: { name: "read" }, subject: { "properties.level": { gte: 3 } } },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

interface Sent {
  body?: string;
  path?: string;
  method?: string;
  headers?: OutgoingHttpHeaders;
}

const question = (level: unknown) => ({
  subject: { type: "user", id: "ada", properties: { level } },
  action: { name: "read" },
  resource: { type: "doc", id: "größe" },
});

function post({
  body = JSON.stringify(question(3)),
  path = "/access/v1/evaluation",
  method = "POST",
  headers = {},
}: Sent): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const plain = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    authorization: `Bearer ${caller}`,
  };
  const given = Object.fromEntries(
    Object.entries({ ...plain, ...headers }).filter(([, value]) => value !== undefined),
  );
  return new Promise((resolve, reject) => {
    const call = send({ port, path, method, headers: given }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    call.on("error", reject);
    call.end(body);
  });
}

/** An answer without what differs from call to call. */
const plainText = (text: string) => text.replaceAll(/evt_\w+/g, "evt_…");

test("straight and through the API app, every question has the same answer", async () => {
  const bodies = [
    question(3),
    question(1),
    question("3"),
    {},
    [],
    { ...question(3), action: {} },
    { evaluations: [question(3), {}, question(1), 7], options: { evaluations_semantic: "execute_all" } },
    { ...question(3), evaluations: [{}, { subject: { type: "user", id: "x" } }] },
  ].map((body) => JSON.stringify(body));
  for (const body of [...bodies, "{", '{"subject":1,"subject":2}'])
    for (const path of ["/access/v1/evaluation", "/access/v1/evaluations"]) {
      const straight = await post({ body, path });
      const through = await app.request(path, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", authorization: `Bearer ${caller}` },
      });
      const [type, text] = [through.headers.get("content-type"), plainText(await through.text())];
      expect([
        body,
        path,
        straight.status,
        straight.headers["content-type"],
        plainText(straight.body),
      ]).toEqual([body, path, through.status, type, text]);
    }
});

test("everything that is not plain is left to the API app, its body untouched", async () => {
  const limited = await issueKey(workspace.system, {
    scopes: ["verify:keys"],
    rateLimits: [{ limit: 9, windowSeconds: 60 }],
  });
  await authenticateSecret(limited.secret);
  const cold = await issueKey(workspace.system, { scopes: ["verify:keys"] });
  const cases: Sent[] = [
    { method: "GET" },
    { path: "/access/v1/evaluation?x=1" },
    { path: "/access/v1/search/subject" },
    { headers: { authorization: undefined } },
    { headers: { authorization: `Bearer ${limited.secret}` } },
    { headers: { authorization: `Bearer ${cold.secret}` } },
    { headers: { "x-api-key": "another" } },
    { headers: { "content-type": "text/plain" } },
    { headers: { "x-request-id": "ü" } },
    { body: JSON.stringify({ ...question(3), context: { pad: "x".repeat(70_000) } }) },
  ];
  for (const given of cases) expect([given, (await post(given)).status]).toEqual([given, 299]);
});

test("the straight way repeats the caller's X-Request-ID, and forgets a caller that was revoked a moment ago", async () => {
  const { key, secret } = await issueKey(workspace.system, { scopes: ["verify:keys"] });
  await authenticateSecret(secret);
  const headers = { authorization: `Bearer ${secret}`, "x-request-id": "mine-1" };
  expect(await post({ headers })).toMatchObject({ status: 200, headers: { "x-request-id": "mine-1" } });
  expect(await post({ headers, body: "{" })).toMatchObject({
    status: 400,
    headers: { "x-request-id": "mine-1" },
  });
  await revokeKey(workspace.system, { keyId: key.id, reason: "" });
  expect((await post({ headers })).status).toBe(299);
});
