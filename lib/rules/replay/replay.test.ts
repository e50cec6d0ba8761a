import { beforeEach, describe, expect, test } from "vitest";
import { sql } from "@/lib/db/client";
import { createRule } from "@/lib/rules/create";
import { decide } from "@/lib/rules/verdict/decide";
import type { Question } from "@/lib/rules/language/question";
import { Replay } from "@/lib/rules/replay/schema";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import {
  inputOf,
  replayScene,
  sceneAtMs,
  sceneWindow,
  type ReplayScene,
} from "@/lib/testing/rules/replay-scene";
import { testRuleset, testService } from "@/lib/testing/rules/ruleset";

let scene: ReplayScene;
beforeEach(async () => {
  scene = await replayScene();
});

const noWrites = { name: "no-writes", effect: "deny", when: { method: "POST" } };

describe("a replay", () => {
  test("says by credential and service what a draft would have denied and allowed, with samples, and stores nothing", async () => {
    await createRule(scene.workspace.owner, {
      name: "no-reports",
      effect: "deny",
      when: { route: "/reports" },
      attachments: [{ service: "payments" }],
    });
    const denied = { verdict: "deny", rules: ["no-reports"], reason: "RULE" } as const;
    const calls = [
      scene.call({ method: "POST", path: "/a" }),
      scene.call({ method: "POST", path: "/b", credential: null }),
      scene.call({ method: "GET", path: "/a" }),
      scene.call({ method: "GET", path: "/reports", ...denied }),
      scene.call({ method: "POST", path: "/reports", ...denied }),
    ];
    await scene.store(calls);
    const before = await countRows();
    expect(
      await scene.resultOf({ draft: { ...noWrites, attachments: [{ service: "payments" }] } }),
    ).toMatchObject({
      scanned: 5,
      counts: { same: 4, newlyDenied: 1, newlyAllowed: 0, unknown: 0, outside: 0 },
      drift: { nowDenied: 1, nowAllowed: 0 },
      groups: [
        {
          credential: { id: scene.key.id, name: "ada" },
          service: "payments",
          newlyDenied: 1,
          samples: [
            {
              id: calls[0]?.id,
              method: "POST",
              path: "/a",
              change: "newly-denied",
              recorded: "allow",
              rules: ["no-writes"],
            },
          ],
        },
      ],
      moreGroups: 0,
    });
    expect(await scene.resultOf({ remove: "no-reports" })).toMatchObject({
      counts: { same: 3, newlyDenied: 0, newlyAllowed: 2 },
    });
    expect(
      await scene.resultOf({ draft: { name: "no-reports", effect: "deny", when: { method: "DELETE" } } }),
    ).toMatchObject({ counts: { newlyAllowed: 2 } });
    expect(await countRows()).toEqual(before);
  });

  test("counts calls that one record stands for, and those that no rule had a say in apart", async () => {
    await scene.store([
      scene.call({ method: "POST", count: 7 }),
      scene.call({ verdict: "deny", reason: "REVOKED", status: 401, count: 3 }),
      scene.call({ service: null, source: "verify", reason: "VALID" }),
      scene.call({ verdict: "limited", reason: "RATE_LIMITED", method: "POST" }),
    ]);
    expect(await scene.resultOf({ draft: noWrites })).toMatchObject({
      scanned: 12,
      counts: { same: 0, newlyDenied: 8, newlyAllowed: 0, unknown: 0, outside: 4 },
    });
  });

  test("looks at the window and the filters only, its ends as they are given", async () => {
    const service = await createService(
      scene.workspace.owner,
      CreateService.parse({ slug: "other", upstream: "http://127.0.0.1:9" }),
    );
    await scene.store([
      scene.call({ atMs: Date.parse(sceneWindow.from) }),
      scene.call({ atMs: Date.parse(sceneWindow.to) }),
      scene.call({ atMs: Date.parse(sceneWindow.from) - 1 }),
      scene.call({ method: "POST", service: { id: service.id, slug: "other" } }),
      scene.call({ verdict: "deny", reason: "DEFAULT_DENY", credential: null }),
    ]);
    expect((await scene.resultOf({ draft: noWrites })).scanned).toBe(3);
    for (const [filters, scanned] of [
      [{ service: "other" }, 1],
      [{ service: scene.serviceId }, 2],
      [{ credential: scene.key.id }, 2],
      [{ method: "post" }, 1],
      [{ verdict: "deny" }, 1],
      [{ source: "verify" }, 0],
    ] as const)
      expect((await scene.resultOf({ draft: noWrites, filters })).scanned, JSON.stringify(filters)).toBe(
        scanned,
      );
  });

  test("judges headers, query, body and token as they were kept", async () => {
    const inputs: Partial<Question>[] = [
      { headers: { "x-tier": "pro" } },
      { query: { dry: "true" } },
      { body: { kind: "json", value: { amount: 5_000, items: [{ qty: 3 }] } } },
      { body: { kind: "form", fields: { amount: "5000" } } },
      { credential: { keyId: "sub_1", token: { plan: "free" }, scopes: ["read:x"] } },
      {},
    ];
    await scene.store(
      inputs.map((given, index) =>
        scene.call({
          path: `/${index}`,
          ...(given.credential === undefined
            ? {}
            : { credential: { id: "sub_1", secretId: "iss", name: "u", prefix: "i", customerId: null } }),
          ...inputOf(given),
        }),
      ),
    );
    const hits = async (when: object) =>
      (await scene.resultOf({ draft: { name: "x", effect: "deny", when } })).groups
        .flatMap(({ samples }) => samples.map(({ path }) => path))
        .sort();
    expect(await hits({ header: { "x-tier": "pro" } })).toEqual(["/0"]);
    expect(await hits({ query: { dry: true } })).toEqual(["/1"]);
    expect(await hits({ body: { amount: { gt: 1_000 } } })).toEqual(["/2", "/3"]);
    expect(await hits({ body: { "items.qty": 3 } })).toEqual(["/2"]);
    expect(await hits({ token: { plan: "free" } })).toEqual(["/4"]);
    expect(await hits({ credential: { scopes: { contains: "read:x" } } })).toEqual(["/4"]);
    expect(await hits({ credential: { scopes: { contains: "read:payments" } } })).toHaveLength(5);
    expect(await hits({ header: { "x-tier": { exists: false } } })).toHaveLength(5);
  });

  test("a key's attributes are those of today; a key that is gone makes what reads them unknown", async () => {
    await scene.store([
      scene.call({ path: "/known" }),
      scene.call({
        path: "/gone",
        credential: { id: "key_gone", secretId: "s2", name: "old", prefix: "lk", customerId: null },
      }),
    ]);
    const when = { credential: { scopes: { contains: "read:payments" } } };
    expect(await scene.resultOf({ draft: { name: "x", effect: "deny", when } })).toMatchObject({
      counts: { newlyDenied: 1, unknown: 1 },
    });
    expect(
      await scene.resultOf({ draft: { name: "x", effect: "deny", when: { ...when, method: "POST" } } }),
    ).toMatchObject({ counts: { same: 2, unknown: 0 } });
  });
});

test("agrees with judging every call by itself, for many rules and calls", async () => {
  const base = [
    { name: "allow-pro", effect: "allow", when: { header: { "x-tier": "pro" } } },
    {
      name: "deny-big",
      effect: "deny",
      when: { body: { amount: { gte: 3 } } },
      unless: { query: { dry: true } },
    },
  ];
  for (const rule of base)
    await createRule(scene.workspace.owner, { ...rule, attachments: [{ service: "payments" }] });
  await sql().query("update service set visibility = 'public', default_verdict = 'deny' where id = $1", [
    scene.serviceId,
  ]);
  const service = testService("payments", { id: scene.serviceId, visibility: "public" });
  const placed = (rules: readonly object[]) =>
    testRuleset(
      rules.map((rule) => ({ rule, attachments: [{ serviceId: scene.serviceId }] })),
      [service],
    );
  const stored = placed(base);
  const questions = Array.from({ length: 400 }, (_, index): Question => ({
    credential: null,
    service,
    method: ["GET", "POST"][index % 2] ?? "GET",
    path: `/v1/${index % 7}`,
    segments: ["v1", String(index % 7)],
    address: "203.0.113.7",
    headers: { "x-tier": ["pro", "free"][index % 3] ?? "none" },
    query: index % 5 === 0 ? { dry: "true" } : {},
    body: { kind: "json", value: { amount: index % 6 } },
  }));
  await scene.store(
    questions.map((question, index) => {
      const { method, path } = question;
      const { verdict, rules, reason } = decide(stored, question);
      const told = { atMs: sceneAtMs + index, credential: null, method, path, verdict, rules, reason };
      return scene.call({ ...told, ...inputOf(question) });
    }),
  );
  for (const draft of [
    { name: "x", effect: "deny", when: { route: "/v1/3" } },
    { name: "deny-big", effect: "deny", when: { body: { amount: { gte: 5 } } } },
    { name: "deny-big", effect: "deny", when: { body: { amount: { gte: 1 } }, method: "POST" } },
    { name: "deny-big", effect: "allow", when: { body: { amount: { gte: 1 } } } },
    { name: "allow-pro", effect: "deny", when: { header: { "x-tier": "free" } } },
    { name: "x", effect: "allow", when: { method: "GET" } },
  ]) {
    const { counts, drift } = await scene.resultOf({
      draft: { ...draft, attachments: [{ service: "payments" }] },
    });
    const drafted = placed([...base.filter(({ name }) => name !== draft.name), draft]);
    const expected = { same: 0, newlyDenied: 0, newlyAllowed: 0, unknown: 0, outside: 0 };
    for (const question of questions) {
      const [was, would] = [decide(stored, question).verdict, decide(drafted, question).verdict];
      expected[was === would ? "same" : would === "deny" ? "newlyDenied" : "newlyAllowed"] += 1;
    }
    expect(expected.newlyDenied + expected.newlyAllowed).toBeGreaterThan(0);
    expect(counts, JSON.stringify(draft)).toEqual(expected);
    expect(drift).toEqual({ nowDenied: 0, nowAllowed: 0 });
  }
});

test("is refused for a draft that is no rule, a rule that is not there, a window that is none, and without its scopes", async () => {
  const invalid = { kind: "invalid" };
  await expect(
    scene.start({ draft: { name: "x", effect: "deny", when: { route: "nope" } } }),
  ).rejects.toMatchObject(invalid);
  await expect(scene.start({ remove: "nope" })).rejects.toMatchObject(invalid);
  await expect(scene.start({ draft: noWrites, from: sceneWindow.to })).rejects.toMatchObject(invalid);
  expect(Replay.safeParse({ ...sceneWindow, draft: noWrites, remove: "x" }).success).toBe(false);
  expect(Replay.safeParse(sceneWindow).success).toBe(false);
  for (const scope of ["read:rules", "read:decisions"])
    await expect(
      scene.start({ draft: noWrites }, { actor: { ...scene.workspace.owner, scopes: [scope] } }),
    ).rejects.toMatchObject({ kind: "forbidden" });
  // None of them holds a place.
  expect((await scene.resultOf({ draft: noWrites })).scanned).toBe(0);
});

async function countRows(): Promise<unknown> {
  const { rows } = await sql().query(
    `select (select count(*)::int from decision where workspace_id = $1) as decisions,
      (select count(*)::int from rule where workspace_id = $1) as rules,
      (select count(*)::int from ruleset where workspace_id = $1) as rulesets`,
    [scene.workspace.workspaceId],
  );
  return rows[0];
}
