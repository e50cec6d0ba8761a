import { describe, expect, it } from "vitest";
import { apiClient } from "@/lib/testing/calls/http";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function setUp(scopes = ["platform:*"]) {
  const workspace = await createTestWorkspace();
  const { secret } = await issueKey(workspace.owner, { scopes });
  const call = apiClient(secret);
  return { ...workspace, secret, call };
}

async function withService() {
  const made = await setUp();
  const service = await made.call("POST", "/services", { slug: "invoices", upstream: "http://127.0.0.1:9" });
  expect(service.status).toBe(201);
  return made;
}

const allow = {
  name: "readers",
  effect: "allow",
  when: { method: "GET", route: "/v1/invoices/{id?}" },
  attachments: [{ service: "invoices" }],
};
const question = { service: "invoices", method: "GET", path: "/v1/invoices/7" };

describe("rules over HTTP", () => {
  it("a rule edited through the API changes the next answer", async () => {
    const { call, secret } = await withService();
    const ask = async () => (await call("POST", "/authorize", { ...question, key: secret })).body.verdict;
    expect(await ask()).toBe("deny");
    const made = await call("POST", "/rules", allow);
    expect(made).toMatchObject({
      status: 201,
      body: { id: expect.stringMatching(/^rule_/), mode: "enforce", attachments: [{ service: "invoices" }] },
    });
    expect(await ask()).toBe("allow");
    const put = await call("PUT", `/rules/${made.body.id}`, { ...made.body, effect: "deny" });
    expect(put).toMatchObject({ status: 200, body: { effect: "deny" } });
    expect(await ask()).toBe("deny");
    expect(
      (await call("PATCH", `/rules/${made.body.id}`, { effect: "allow", version: put.body.version })).status,
    ).toBe(200);
    expect(await ask()).toBe("allow");
    const stale = await call("PATCH", `/rules/${made.body.id}`, {
      effect: "deny",
      version: put.body.version,
    });
    expect(stale).toMatchObject({ status: 409, body: { type: "/docs/problems/stale" } });
    const removed = await call("DELETE", `/rules/${made.body.id}`);
    expect(removed.status).toBe(204);
    expect(Number(removed.headers.get("latchkey-ruleset-version"))).toBeGreaterThan(put.body.version);
    expect(await ask()).toBe("deny");
  });

  it("a bad rule is 422 with every place, a key named twice included, and no JSON is 400", async () => {
    const { call } = await setUp();
    const bad = await call("POST", "/rules", { ...allow, effect: "maybe", when: { ip: {} } });
    expect(bad.status).toBe(422);
    expect(bad.body.errors.map((error: { path: string }) => error.path)).toEqual(["effect", "when.ip"]);
    const twice = await call("POST", "/rules", '{"name":"a","effect":"deny","effect":"allow"}');
    expect(twice).toMatchObject({ status: 422, body: { errors: [{ path: "effect" }] } });
    expect((await call("POST", "/rules", "{")).status).toBe(400);
    expect((await call("POST", "/rules", "[]")).status).toBe(422);
    expect((await call("GET", "/rules")).body.total).toBe(0);
  });

  it("the same Idempotency-Key makes one rule", async () => {
    const { call } = await setUp();
    const rule = { name: "once", effect: "allow" };
    const answers = await Promise.all(
      [1, 2].map(() => call("POST", "/rules", rule, { "idempotency-key": "abc" })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
    expect(answers[0]?.body.id).toBe(answers[1]?.body.id);
    expect((await call("GET", "/rules")).body.total).toBe(1);
  });

  it("validates without storing, and publishes the schema", async () => {
    const { call } = await setUp();
    const tests = [{ name: "t", request: { method: "GET", path: "/a" }, expect: "allow" }];
    expect((await call("POST", "/rules/validate", { name: "a", effect: "allow", tests })).body).toMatchObject(
      { valid: true, errors: [], tests: [{ pass: true }] },
    );
    expect((await call("POST", "/rules/validate", { name: "a", effect: "deny", tests })).body).toMatchObject({
      valid: false,
      errors: [{ path: "tests.0" }],
    });
    expect((await call("GET", "/rules/schema")).body).toMatchObject({
      type: "object",
      additionalProperties: false,
    });
    expect((await call("GET", "/rules")).body.total).toBe(0);
  });

  it("simulates a call with a draft and explains it", async () => {
    const { call } = await withService();
    const body = {
      service: "invoices",
      request: { method: "GET", path: "/v1/invoices" },
      credential: { scopes: [] },
      draft: allow,
    };
    expect((await call("POST", "/rules/simulate", body)).body).toMatchObject({
      decision: { verdict: "allow", rules: ["readers"] },
      trace: { candidates: [{ name: "readers", outcome: "matched" }] },
    });
  });

  it("lists, reads, compares and rolls back versions", async () => {
    const { call } = await withService();
    const { id } = (await call("POST", "/rules", allow)).body;
    await call("POST", `/rules/${id}/attachments`, { detach: [{ service: "invoices" }] });
    const list = await call("GET", "/rulesets?limit=2");
    expect(list.body).toMatchObject({ items: [{ version: 3 }, { version: 2 }], total: 3, applied: 3 });
    expect((await call("GET", `/rulesets?cursor=${list.body.nextCursor}`)).body.items).toMatchObject([
      { version: 1 },
    ]);
    expect((await call("GET", "/rulesets/2")).body.rules).toMatchObject([
      { id, attachments: [{ service: "invoices" }] },
    ]);
    expect((await call("GET", "/rulesets/diff?from=2&to=3")).body).toMatchObject({
      added: [],
      removed: [],
      changed: [{ after: { attachments: [] } }],
    });
    expect((await call("POST", "/rulesets/rollback", { version: 2 })).body).toMatchObject({
      version: 4,
      restored: 1,
    });
    expect((await call("GET", `/rules/${id}`)).body.attachments).toEqual([{ service: "invoices" }]);
    expect((await call("GET", `/rules?cursor=${list.body.nextCursor}`)).status).toBe(400);
    expect((await call("GET", "/rulesets/9")).status).toBe(404);
    expect((await call("GET", "/rulesets/x")).status).toBe(404);
  });

  it("a version beyond what is counted is bad input, never a failure", async () => {
    const { call } = await setUp();
    const { id } = (await call("POST", "/rules", { name: "a", effect: "deny" })).body;
    const version = 2 ** 31;
    for (const [method, path, body] of [
      ["PATCH", `/rules/${id}`, { mode: "off", version }],
      ["PUT", `/rules/${id}`, { name: "a", effect: "allow", version }],
      ["POST", `/rules/${id}/attachments`, { version }],
      ["POST", "/rulesets/rollback", { version }],
      ["GET", `/rulesets/diff?from=${version}&to=1`],
    ] as const)
      expect([path, (await call(method, path, body)).status]).toEqual([path, 422]);
    expect((await call("GET", `/rulesets/${version}`)).status).toBe(404);
    expect((await call("GET", `/rules/${id}`)).body).toMatchObject({ effect: "deny", mode: "enforce" });
  });

  it("answers 401 without a credential, 403 without the scope, and 404 for another workspace's rule", async () => {
    const { call } = await setUp();
    const { id } = (await call("POST", "/rules", { name: "a", effect: "deny" })).body;
    const stranger = await setUp();
    const powerless = await setUp(["read:invoices"]);
    const requests: [string, string, unknown?][] = [
      ["GET", "/rules"],
      ["POST", "/rules", { name: "b", effect: "deny" }],
      ["GET", `/rules/${id}`],
      ["PUT", `/rules/${id}`, { name: "a", effect: "allow" }],
      ["PATCH", `/rules/${id}`, { mode: "off" }],
      ["POST", `/rules/${id}/attachments`, {}],
      ["DELETE", `/rules/${id}`],
      ["POST", "/rules/validate", { name: "b", effect: "deny" }],
      ["GET", "/rulesets"],
      ["GET", "/rulesets/1"],
      ["GET", "/rulesets/diff?from=0&to=1"],
      ["POST", "/rulesets/rollback", { version: 0 }],
      ["POST", "/authorize", question],
      ["POST", "/rules/simulate", { service: "a", request: { method: "GET", path: "/" } }],
    ];
    for (const [method, path, body] of requests) {
      expect([path, (await apiClient(null)(method, path, body)).status]).toEqual([path, 401]);
      expect([path, (await powerless.call(method, path, body)).status]).toEqual([path, 403]);
      if (path.includes(id))
        expect([path, (await stranger.call(method, path, body)).status]).toEqual([path, 404]);
    }
  });
});
