import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { flushRecords } from "@/lib/events/recording/start";
import { authorize } from "@/lib/rules/ask/authorize";
import { Authorize, Simulate } from "@/lib/rules/ask/schema";
import { simulate } from "@/lib/rules/ask/simulate";
import { createRule } from "@/lib/rules/create";
import { listRulesets } from "@/lib/rules/rulesets/read";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { revokeKey } from "@/lib/keys/revoke";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
  await createService(
    workspace.owner,
    CreateService.parse({ slug: "invoices", upstream: "http://127.0.0.1:9" }),
  );
  await createRule(workspace.owner, {
    name: "readers",
    effect: "allow",
    when: {
      method: "GET",
      route: "/v1/invoices/{id?}",
      credential: { scopes: { contains: "read:invoices" } },
    },
    attachments: [{ service: "invoices" }],
  });
});

const ask = (input: object) =>
  authorize(workspace.owner, Authorize.parse({ service: "invoices", path: "/v1/invoices/7", ...input }));
const imagine = (input: object) =>
  simulate(
    workspace.owner,
    Simulate.parse({ service: "invoices", request: { method: "GET", path: "/v1/invoices" }, ...input }),
  );

describe("authorize", () => {
  it("decides for a key by its secret, its id or its name, and records each with source authorize", async () => {
    const { key, secret } = await issueKey(workspace.owner, { name: "ada", scopes: ["read:invoices"] });
    const answers = [
      await ask({ key: secret }),
      await ask({ credential: key.id }),
      await ask({ credential: "ada" }),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({
        verdict: "allow",
        rules: ["readers"],
        route: "/v1/invoices/{id?}",
        reason: "RULE",
        credential: { id: key.id, name: "ada" },
        service: "invoices",
        source: "authorize",
        rulesetVersion: 2,
      });
    await flushRecords();
    const stored = await db().decision.findMany({ where: { workspaceId: workspace.workspaceId } });
    expect(stored.map((row) => row.id).sort()).toEqual(answers.map((answer) => answer.id).sort());
    expect(stored.every((row) => row.source === "authorize" && row.verdict === "allow")).toBe(true);
  });

  it("refuses what no rule allows, a caller without credential, and a revoked key", async () => {
    const { key, secret } = await issueKey(workspace.owner, { name: "bob", scopes: [] });
    expect(await ask({ key: secret })).toMatchObject({ verdict: "deny", reason: "DEFAULT_DENY", rules: [] });
    expect(await ask({})).toMatchObject({ verdict: "deny", reason: "NO_CREDENTIAL", credential: null });
    await revokeKey(workspace.owner, { keyId: key.id, reason: "test" });
    expect(await ask({ key: secret })).toMatchObject({ verdict: "deny", reason: "REVOKED" });
    expect(await ask({ credential: key.id })).toMatchObject({ verdict: "deny", reason: "REVOKED" });
    expect(await ask({ key: "lk_live_nonsense" })).toMatchObject({
      verdict: "deny",
      reason: "MALFORMED",
      credential: null,
    });
  });

  it("explains with the first condition that failed: left, operator, right", async () => {
    const { secret } = await issueKey(workspace.owner, { name: "bob", scopes: [] });
    const { trace } = await ask({ key: secret, explain: true });
    expect(trace?.candidates).toMatchObject([
      {
        name: "readers",
        outcome: "not-matched",
        determining: false,
        via: [{ service: "invoices" }],
        failure: { path: "when.credential.scopes", left: null, operator: "contains", right: "read:invoices" },
      },
    ]);
    const post = await ask({ key: secret, method: "POST", explain: true });
    expect(post.trace?.candidates[0]?.failure).toMatchObject({
      path: "when.method",
      left: "POST",
      operator: "in",
      right: ["GET", "HEAD"],
    });
  });

  it("another workspace's key is one that does not exist", async () => {
    const stranger = await createTestWorkspace();
    const { key, secret } = await issueKey(stranger.owner, { name: "eve", scopes: ["read:invoices"] });
    expect(await ask({ key: secret })).toMatchObject({
      verdict: "deny",
      reason: "NOT_FOUND",
      credential: null,
    });
    await expect(ask({ credential: key.id })).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: "credential" }] },
    });
  });

  it("names the wrong field of a question it cannot decide", async () => {
    await expect(ask({ service: "nope" })).rejects.toMatchObject({
      extra: { errors: [{ path: "service" }] },
    });
    await expect(ask({ path: "/a/%2e%2e" })).rejects.toMatchObject({ extra: { errors: [{ path: "path" }] } });
    expect(Authorize.safeParse({ service: "a", key: "x", credential: "y" }).success).toBe(false);
  });

  it("needs verify:keys, and read:rules to explain", async () => {
    const actor = (scopes: string[]) => ({ ...workspace.owner, scopes });
    await expect(authorize(actor([]), Authorize.parse({ service: "invoices" }))).rejects.toMatchObject({
      kind: "forbidden",
    });
    await expect(
      authorize(actor(["verify:keys"]), Authorize.parse({ service: "invoices", explain: true })),
    ).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("simulate", () => {
  it("judges an imagined credential without recording anything", async () => {
    expect(await imagine({ credential: { scopes: ["read:invoices"] } })).toMatchObject({
      decision: { verdict: "allow", rules: ["readers"], service: "invoices", rulesetVersion: 2 },
      trace: { candidates: [{ name: "readers", outcome: "matched", determining: true, failure: null }] },
    });
    await flushRecords();
    expect(await db().decision.count({ where: { workspaceId: workspace.workspaceId } })).toBe(0);
  });

  it("tries a draft beside the rules, or in the place of the one with its name, and stores nothing", async () => {
    const credential = { scopes: ["read:invoices"] };
    const deny = { name: "freeze", effect: "deny", mode: "shadow", attachments: [{ service: "invoices" }] };
    expect(await imagine({ credential, draft: deny })).toMatchObject({
      decision: { verdict: "deny", rules: ["freeze"] },
    });
    expect(
      await imagine({ credential, draft: { name: "readers", effect: "allow", when: { method: "DELETE" } } }),
    ).toMatchObject({
      decision: { verdict: "deny", reason: "DEFAULT_DENY" },
    });
    expect((await listRulesets(workspace.owner, { limit: 10 })).total).toBe(2);
    await expect(
      imagine({ draft: { name: "x", effect: "deny", when: { route: "nope" } } }),
    ).rejects.toMatchObject({ kind: "invalid" });
  });
});
