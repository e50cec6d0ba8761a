import { describe, expect, it, test } from "vitest";
import { newId } from "@/lib/db/id";
import { readDescribed, servedRequest } from "@/lib/gateway/question/described";
import { VerifyRequest } from "@/lib/keys/verification/schema";
import { verifyKey } from "@/lib/keys/verification/verify";
import { authorize } from "@/lib/rules/ask/authorize";
import { Authorize, Simulate } from "@/lib/rules/ask/schema";
import { simulate } from "@/lib/rules/ask/simulate";
import { createRule } from "@/lib/rules/create";
import { createService } from "@/lib/services/create";
import { CreateService, defaultPaths } from "@/lib/services/schema";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const get = { method: "GET", path: "/a" };

describe("a described request is read as the gateway reads one", () => {
  it("headers by one spelling of their names, without what the gateway would not forward", () => {
    const headers = {
      "X-Role": "user",
      x_role: ["admin"],
      Authorization: "Bearer k",
      "X-API-Key": "k",
      "X-Latchkey-Key-Id": "root",
      "X-Forwarded-For": "1.2.3.4",
      Cookie: "a=1; latchkey-session=s",
    };
    const read = readDescribed({ ...get, headers });
    expect({ ...("refused" in read ? {} : read.headers) }).toEqual({
      "x-role": ["user", "admin"],
      cookie: "a=1",
    });
  });

  it("its query, given apart or behind the path, without the key", () => {
    const read = readDescribed({
      method: "GET",
      path: "/a?role=admin&hook_private_key=k&é=1",
      query: { role: "user", hook_private_key: "k" },
    });
    expect({ ...("refused" in read ? {} : read.query) }).toEqual({ role: ["user", "admin"], é: "1" });
  });

  it("its body without the key, and not deeper than 64 levels", () => {
    const body = (value: unknown) => {
      const read = readDescribed({ ...get, body: value });
      return "refused" in read ? read : read.body;
    };
    expect(body({ hook_private_key: "k", a: 1 })).toEqual({ kind: "json", value: { a: 1 } });
    let deep: unknown = 1;
    for (let level = 0; level < 65; level++) deep = [deep];
    expect(body(deep)).toMatchObject({ kind: "error" });
  });

  it("what is left out is absent", () => {
    expect(readDescribed(get)).toMatchObject({ headers: undefined, query: undefined, body: undefined });
  });

  it.each([
    ["/a?x=1;y=2", "QUERY_UNCLEAR"],
    ["/a?x=%ff", "QUERY_UNCLEAR"],
    ["/a?_method=DELETE", "METHOD_OVERRIDE"],
    ["/a/../b", "DOT_SEGMENT"],
    ["/\ud800", "NOT_UTF8"],
  ])("%s is refused: %s", (path, refused) => {
    expect(readDescribed({ method: "GET", path })).toMatchObject({ refused });
  });

  it("its path by the policy of its service", () => {
    const read = readDescribed({ method: "GET", path: "/v1/é" });
    if ("refused" in read) throw new Error(read.refused);
    const paths = { ...defaultPaths, stripPrefix: "/v1" };
    expect(servedRequest(read, paths)).toMatchObject({ path: "/v1/é", rewritten: { path: "/é" } });
    expect(servedRequest(read, { ...paths, stripPrefix: "/v2" })).toEqual({ refused: "OUTSIDE_PREFIX" });
  });
});

test("verify, authorize and simulate judge headers, query, body, methods, scopes and rewritten paths alike", async () => {
  const { owner } = await createTestWorkspace();
  await createService(
    owner,
    CreateService.parse({
      slug: "payments",
      upstream: "http://127.0.0.1:9",
      defaultVerdict: "allow",
      methods: ["GET", "POST"],
      requiredScopes: [{ route: "/v1/refunds/**", scopes: ["write:refunds"] }],
      paths: { stripPrefix: "/v1", addPrefix: "/internal" },
    }),
  );
  const attachments = [{ service: "payments" }];
  for (const [name, when] of Object.entries({
    roles: { header: { "x-role": "admin" } },
    dry: { query: { dry: "no" } },
    cap: { body: { amount: { gt: 100 } } },
    inner: { route: "/internal/keys" },
  }))
    await createRule(owner, { name, effect: "deny", when, attachments });
  const { secret } = await issueKey(owner, { name: "ada", scopes: ["read:payments"] });
  const context = { requestId: newId("req"), startedAt: performance.now() };

  const judged = async (request: object) => {
    const call = { method: "POST", path: "/v1/pay", ...request };
    const verified = await verifyKey(
      owner,
      VerifyRequest.parse({ key: secret, service: "payments", ...call }),
      context,
    );
    const authorized = await authorize(owner, Authorize.parse({ service: "payments", key: secret, ...call }));
    const { decision } = await simulate(
      owner,
      Simulate.parse({ service: "payments", credential: "ada", request: call }),
    );
    expect([verified.valid, authorized.verdict]).toEqual([decision.verdict === "allow", decision.verdict]);
    expect([authorized.reason, authorized.rules]).toEqual([decision.reason, decision.rules]);
    return [decision.reason, ...decision.rules];
  };

  expect(await judged({ headers: { "X-Role": "user" }, query: { dry: "yes" }, body: { amount: 5 } })).toEqual(
    ["DEFAULT_ALLOW"],
  );
  expect(await judged({ headers: { X_Role: "user, admin" } })).toEqual(["RULE", "roles"]);
  expect(await judged({ query: { dry: ["yes", "no"] } })).toEqual(["RULE", "dry"]);
  expect(await judged({ path: "/v1/pay?dry=no" })).toEqual(["RULE", "dry"]);
  expect(await judged({ body: { amount: 500 } })).toEqual(["RULE", "cap"]);
  expect(await judged({ path: "/v1/keys" })).toEqual(["RULE", "inner"]);
  expect(await judged({ method: "DELETE" })).toEqual(["METHOD_NOT_ALLOWED"]);
  expect(await judged({ path: "/v1/refunds/7" })).toEqual(["SCOPE_REQUIRED"]);
  await expect(judged({ path: "/v2/pay" })).rejects.toMatchObject({ kind: "invalid" });
});
