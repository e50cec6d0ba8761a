import { createServer, request as send, type OutgoingHttpHeaders } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { revokeKey } from "@/lib/keys/revoke";
import { VerifyAnswer } from "@/lib/keys/verification/schema";
import { handleVerify } from "@/lib/keys/verification/verify-handler";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** Answers 299 where the API app would take over. */
const server = createServer((request, response) => {
  if (!handleVerify(request, response)) response.writeHead(299).end();
});
let workspace: TestWorkspace;
let caller: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  caller = (await issueKey(workspace.owner, { scopes: ["verify:keys"] })).secret;
  await authenticateSecret(caller);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

interface Sent {
  body?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
}

function post({
  body = JSON.stringify({ key: "x" }),
  path = "/api/v1/keys/verify",
  headers = {},
}: Sent): Promise<{ status: number; body: string }> {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const plain = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-api-key": caller,
  };
  const given = Object.fromEntries(
    Object.entries({ ...plain, ...headers }).filter(([, value]) => value !== undefined),
  );
  return new Promise((resolve, reject) => {
    const call = send({ port, path, method: "POST", headers: given }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

test("the plain case is answered straight, whichever header holds the key", async () => {
  const { key, secret } = await issueKey(workspace.owner, { name: "größer" });
  for (const headers of [
    {},
    { "x-api-key": undefined, authorization: `Bearer ${caller}` },
    { "x-api-key": undefined, "hookio-private-key": caller },
    { "content-type": "application/json; charset=utf-8" },
  ]) {
    const answer = await post({ body: JSON.stringify({ key: secret }), headers });
    expect(answer.status).toBe(200);
    expect(VerifyAnswer.parse(JSON.parse(answer.body))).toMatchObject({
      valid: true,
      keyId: key.id,
      name: "größer",
    });
  }
});

test("everything that is not plain is left to the API app, its body untouched", async () => {
  const limited = await issueKey(workspace.owner, {
    scopes: ["verify:keys"],
    rateLimits: [{ limit: 9, windowSeconds: 60 }],
  });
  const elsewhere = await issueKey(workspace.owner, {
    scopes: ["verify:keys"],
    allowedIps: ["203.0.113.0/24"],
  });
  for (const { secret } of [limited, elsewhere]) await authenticateSecret(secret);
  const cold = await issueKey(workspace.owner, { scopes: ["verify:keys"] });
  const cases: Sent[] = [
    { path: "/api/v1/keys/verify?x=1" },
    { headers: { "x-api-key": undefined } },
    { headers: { "x-api-key": undefined, cookie: "session=x" } },
    { headers: { authorization: `Bearer ${caller}` } },
    { headers: { "x-api-key": undefined, authorization: "Basic eDp5" } },
    { headers: { "x-api-key": [caller, caller] } },
    { headers: { "x-api-key": "nonsense" } },
    { headers: { "x-api-key": limited.secret } },
    { headers: { "x-api-key": elsewhere.secret } },
    { headers: { "x-api-key": cold.secret } },
    { headers: { origin: "https://example.com" } },
    { headers: { "content-type": "text/plain" } },
    { headers: { "content-encoding": "gzip" } },
    { headers: { "content-length": undefined, "transfer-encoding": "chunked" } },
    { body: JSON.stringify({ key: "x".repeat(20_000) }) },
  ];
  for (const given of cases) expect([given, (await post(given)).status]).toEqual([given, 299]);
});

test("a caller that was revoked a moment ago is not answered straight", async () => {
  const { key, secret } = await issueKey(workspace.owner, { scopes: ["verify:keys"] });
  await authenticateSecret(secret);
  const headers = { "x-api-key": secret };
  expect((await post({ headers })).status).toBe(200);
  await revokeKey(workspace.owner, { keyId: key.id, reason: "" });
  expect((await post({ headers })).status).toBe(299);
});

test("a refusal is a problem document with its status", async () => {
  const cases: [string, number][] = [
    ["{", 400],
    ["{}", 422],
    ["\u00ff", 400],
    [JSON.stringify({ key: "k", service: "none" }), 200],
  ];
  for (const [body, status] of cases) {
    const answer = await post({ body });
    expect([body, answer.status]).toEqual([body, status]);
  }
});
