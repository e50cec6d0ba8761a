import { beforeEach, describe, expect, it } from "vitest";
import { sql } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { createKey } from "@/lib/keys/create";
import { revokeKey } from "@/lib/keys/revoke";
import { CreateKey } from "@/lib/keys/changes/schema";
import { createRule } from "@/lib/rules/create";
import { findOddRules } from "@/lib/rules/findings/find";
import { FindingQuery } from "@/lib/rules/findings/schema";
import { listRules } from "@/lib/rules/read";
import { updateRule } from "@/lib/rules/update";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
});

const write = (rule: object) => createRule(workspace.owner, { effect: "allow", ...rule });
const find = async (query: object = {}) =>
  (await findOddRules(workspace.owner, FindingQuery.parse(query))).items;
const found = async (query: object = {}) =>
  (await find(query)).map(({ kind, rule }) => `${kind} ${rule.name}`);
const age = (days: number) =>
  sql().query("update rule set created_at = now() - make_interval(days => $2) where workspace_id = $1", [
    workspace.workspaceId,
    days,
  ]);
const matched = (rules: string[], daysAgo = 0) =>
  insertBatch([decisionRecord(workspace.workspaceId, { rules, atMs: Date.now() - daysAgo * 86_400_000 })]);

describe("findings among rules", () => {
  it("name rules that never matched for so many days, under none of their names", async () => {
    for (const name of ["used", "idle", "renamed", "long-ago"]) await write({ name });
    await write({ name: "switched-off", mode: "off" });
    await matched(["used", "renamed"]);
    await matched(["long-ago"], 100);
    const { items } = await listRules(workspace.owner, { limit: 10, q: "renamed" });
    await updateRule(workspace.owner, items[0]?.id ?? "", { name: "new-name" });
    expect(await found({ kind: "never-matched" })).toEqual([]);
    await age(120);
    expect(await found({ kind: "never-matched" })).toEqual(["never-matched idle", "never-matched long-ago"]);
    expect(await found({ kind: "never-matched", days: 110 })).toEqual(["never-matched idle"]);
  });

  it("name rules that stop within 30 days or have stopped", async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    await write({ name: "soon", expiresAt: inDays(29) });
    await write({ name: "later", expiresAt: inDays(31) });
    await write({ name: "over", expiresAt: inDays(1) });
    await sql().query(
      `update rule set document = jsonb_set(document, '{expiresAt}', '"2020-01-01T00:00:00Z"') where workspace_id = $1 and name = 'over'`,
      [workspace.workspaceId],
    );
    expect(await found()).toEqual(["expired over", "expires-soon soon"]);
  });

  it("name what a broader deny covers, never both of two that cover each other", async () => {
    const { owner } = workspace;
    await createService(owner, CreateService.parse({ slug: "invoices", upstream: "http://127.0.0.1:9" }));
    const attachments = [{ service: "invoices" }];
    await write({ name: "wide", effect: "deny", when: { route: "/v1/**" } });
    await write({ name: "narrow", effect: "deny", when: { route: "/v1/a" }, attachments });
    await write({ name: "allowed", when: { method: "GET", route: "/v1/{x}" }, attachments });
    await write({ name: "elsewhere", when: { route: "/v2" }, attachments });
    await write({ name: "listed", effect: "deny", when: { method: ["PUT"] } });
    await write({ name: "single", effect: "deny", when: { method: "PUT" } });
    await write({ name: "shadow-deny", effect: "deny", mode: "shadow", when: { route: "/v2/**" } });
    expect(await found()).toEqual(["covered allowed", "covered narrow", "covered single"]);
    expect((await find()).map(({ by }) => by?.name)).toEqual(["wide", "wide", "listed"]);
  });

  it("name doubles once, and what has no effect", async () => {
    const { owner, system } = workspace;
    const make = (slug: string, options: object) =>
      createService(owner, CreateService.parse({ slug, upstream: "http://127.0.0.1:9", ...options }));
    await make("open", { defaultVerdict: "allow" });
    await make("readonly", { methods: ["GET"] });
    const { key } = await createKey(system, CreateKey.parse({ name: "gone" }));
    await write({ name: "first", when: { method: "GET", route: "/a" } });
    await write({ name: "second", when: { route: "/a", method: "GET" } });
    await write({ name: "nowhere", attachments: [] });
    await write({ name: "needless", attachments: [{ service: "open" }] });
    await write({ name: "unasked", when: { method: "POST" }, attachments: [{ service: "readonly" }] });
    await write({ name: "orphan", attachments: [{ credential: key.id }] });
    await revokeKey(system, { keyId: key.id, reason: "test" });
    expect(await found()).toEqual([
      "without-effect needless",
      "without-effect nowhere",
      "without-effect orphan",
      "duplicate second",
      "without-effect unasked",
    ]);
  });

  it("need read:rules", async () => {
    const caller = { ...workspace.system, scopes: ["read:keys"] };
    await expect(findOddRules(caller, FindingQuery.parse({}))).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("matches of rules", () => {
  it("count with the decisions, by what they stand for, and once however often a batch is loaded", async () => {
    const { workspaceId, owner } = workspace;
    await write({ name: "a" });
    await write({ name: "b", mode: "shadow" });
    await write({ name: "c" });
    const shadow = { verdict: "allow" as const, rules: ["b"] };
    const batch = [
      decisionRecord(workspaceId, { rules: ["a"], shadow }),
      decisionRecord(workspaceId, { rules: ["a"], count: 5 }),
      decisionRecord(workspaceId, { rules: ["a"], atMs: Date.now() - 8 * 86_400_000 }),
    ];
    await insertBatch(batch);
    await insertBatch([...batch, decisionRecord(workspaceId, { rules: [] })]);
    const { items } = await listRules(owner, { limit: 10, include: "matches" });
    expect(items.map(({ name, matches }) => [name, matches?.matches7d])).toEqual([
      ["a", 6],
      ["b", 1],
      ["c", 0],
    ]);
    expect(items[2]?.matches?.lastMatchedAt).toBeNull();
    expect(Date.parse(items[0]?.matches?.lastMatchedAt ?? "")).toBeCloseTo(batch[1]?.atMs ?? 0, -1);
    const { rows } = await sql().query(
      "select sum(enforced)::int as enforced, sum(shadow)::int as shadow from rule_match where workspace_id = $1",
      [workspaceId],
    );
    expect(rows).toEqual([{ enforced: 7, shadow: 1 }]);
    expect((await listRules(owner, { limit: 10 })).items[0]).not.toHaveProperty("matches");
  });
});
