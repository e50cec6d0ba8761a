import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { createRule } from "@/lib/rules/create";
import { appliedVersion, currentRuleset } from "@/lib/rules/current";
import { decide } from "@/lib/rules/verdict/decide";
import { deleteRule } from "@/lib/rules/delete";
import { listRules, readRule } from "@/lib/rules/read";
import { attachRule, replaceWrittenRule, updateRule } from "@/lib/rules/update";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { testCall } from "@/lib/testing/rules/ruleset";
import { keyActor } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;
let owner: Actor;

beforeEach(async () => {
  workspace = await createTestWorkspace();
  owner = workspace.owner;
});

const allow = {
  name: "read-invoices",
  effect: "allow",
  when: { method: "GET", route: "/v1/invoices/{id?}" },
};

function makeService(slug: string) {
  return createService(owner, CreateService.parse({ slug, upstream: "http://127.0.0.1:9/api" }));
}

async function makeKey(name: string, workspaceId = workspace.workspaceId): Promise<string> {
  const id = newId("key");
  await db().key.create({ data: { workspaceId, id, name, environment: "live", createdBy: "system" } });
  return id;
}

async function verdict(slug: string, call: Parameters<typeof testCall>[0] = {}) {
  const ruleset = await currentRuleset(workspace.workspaceId);
  const service = ruleset.services.get(slug);
  if (service === undefined) throw new Error(`no service ${slug}`);
  return decide(ruleset, testCall({ ...call, service }));
}

describe("writing rules", () => {
  it("a new rule judges the very next call on this node", async () => {
    await makeService("invoices");
    expect((await verdict("invoices")).verdict).toBe("deny");
    const rule = await createRule(owner, { ...allow, attachments: [{ service: "invoices" }] });
    expect(await verdict("invoices")).toMatchObject({
      verdict: "allow",
      rules: ["read-invoices"],
      route: "/v1/invoices/{id?}",
    });
    expect(appliedVersion(workspace.workspaceId)).toBe(rule.version);
  });

  it("an edited rule judges the very next call, and a removed one no call", async () => {
    await makeService("invoices");
    const rule = await createRule(owner, allow);
    await updateRule(owner, rule.id, { when: { method: "DELETE" }, version: rule.version });
    expect((await verdict("invoices")).verdict).toBe("deny");
    await updateRule(owner, rule.id, { when: null });
    expect((await verdict("invoices")).verdict).toBe("allow");
    await deleteRule(owner, rule.id);
    expect((await verdict("invoices")).verdict).toBe("deny");
    await expect(readRule(owner, rule.id)).rejects.toMatchObject({ kind: "not-found" });
  });

  it("what was read may be sent back whole", async () => {
    await makeService("invoices");
    const rule = await createRule(owner, {
      ...allow,
      attachments: [{ service: "invoices" }, { credential: await makeKey("ada") }],
    });
    const again = await replaceWrittenRule(owner, rule.id, { ...rule, description: "Invoices may be read" });
    expect(again).toMatchObject({ description: "Invoices may be read", attachments: rule.attachments });
  });

  it("a write that changes nothing makes no version", async () => {
    const rule = await createRule(owner, {
      ...allow,
      tests: [{ name: "t", request: { path: "/v1/invoices", method: "GET" }, expect: "allow" }],
    });
    expect((await replaceWrittenRule(owner, rule.id, rule)).version).toBe(rule.version);
  });

  it("an edit of what someone changed meanwhile is stale and stores nothing", async () => {
    const rule = await createRule(owner, allow);
    const first = await updateRule(owner, rule.id, { mode: "shadow", version: rule.version });
    await expect(
      replaceWrittenRule(owner, rule.id, { ...allow, effect: "deny", version: rule.version }),
    ).rejects.toMatchObject({
      kind: "stale",
      extra: { members: { version: first.version } },
    });
    expect(await readRule(owner, rule.id)).toMatchObject({ effect: "allow", mode: "shadow" });
  });

  it("of two edits at once that read the same version one holds and the other is stale", async () => {
    const rule = await createRule(owner, allow);
    const outcomes = await Promise.allSettled(
      ["one", "two"].map((description) => updateRule(owner, rule.id, { description, version: rule.version })),
    );
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find((outcome) => outcome.status === "rejected")).toMatchObject({
      reason: { kind: "stale" },
    });
  });

  it("a rule left unattached in the write applies to the workspace, and [] to nothing", async () => {
    await makeService("invoices");
    expect((await createRule(owner, { ...allow, attachments: [] })).attachments).toEqual([]);
    expect((await verdict("invoices")).verdict).toBe("deny");
    expect((await createRule(owner, { ...allow, name: "everywhere" })).attachments).toEqual([{}]);
    expect((await verdict("invoices")).rules).toEqual(["everywhere"]);
  });

  it("attachments name services by id or slug and credentials by id or name, and doubles count once", async () => {
    const service = await makeService("invoices");
    const keyId = await makeKey("ada");
    const rule = await createRule(owner, {
      ...allow,
      attachments: [
        { service: service.id, credential: "ada" },
        { service: "invoices", credential: keyId },
      ],
    });
    expect(rule.attachments).toEqual([{ service: "invoices", credential: keyId, credentialName: "ada" }]);
    expect((await verdict("invoices", { credential: { keyId } })).verdict).toBe("allow");
    expect((await verdict("invoices", { credential: { keyId: "key_other" } })).verdict).toBe("deny");
  });

  it("attach and detach change places in one version, and repeat without harm", async () => {
    await makeService("invoices");
    await makeService("reports");
    const rule = await createRule(owner, { ...allow, attachments: [{ service: "invoices" }] });
    const moved = await attachRule(owner, rule.id, {
      attach: [{ service: "reports" }],
      detach: [{ service: "invoices" }],
    });
    expect(moved.attachments).toEqual([{ service: "reports" }]);
    expect(moved.version).toBe(rule.version + 1);
    const again = await attachRule(owner, rule.id, {
      attach: [{ service: "reports" }],
      detach: [{ service: "invoices" }],
    });
    expect(again.version).toBe(moved.version);
  });

  it.each([
    ["an unknown service", { attachments: [{ service: "nope" }] }, "attachments.0.service"],
    ["an unknown credential", { attachments: [{}, { credential: "nope" }] }, "attachments.1.credential"],
    ["an unknown key of an attachment", { attachments: [{ servise: "x" }] }, "attachments.0.servise"],
    ["an unknown key of the rule", { whenn: {} }, "whenn"],
    ["a condition that names nothing", { when: { header: {} } }, "when.header"],
    ["a pattern that does not compile", { when: { route: { regex: "(" } } }, "when.route.regex"],
    [
      "a failing test",
      { tests: [{ name: "t", request: { method: "POST", path: "/" }, expect: "allow" }] },
      "tests.0",
    ],
    ["an expiry that has passed", { expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
  ])("%s is refused at its place, and nothing is stored", async (_what, extra, path) => {
    await expect(createRule(owner, { ...allow, ...extra })).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [expect.objectContaining({ path })] },
    });
    expect((await listRules(owner, { limit: 10 })).total).toBe(0);
    expect(
      (await db().workspace.findUniqueOrThrow({ where: { id: workspace.workspaceId } })).rulesetVersion,
    ).toBe(0);
  });

  it("another workspace's service, credential and rule do not exist", async () => {
    await makeService("invoices");
    const keyId = await makeKey("ada");
    const rule = await createRule(owner, allow);
    const stranger = await createTestWorkspace();
    for (const attachment of [{ service: "invoices" }, { credential: keyId }])
      await expect(createRule(stranger.owner, { ...allow, attachments: [attachment] })).rejects.toMatchObject(
        { kind: "invalid" },
      );
    await expect(readRule(stranger.owner, rule.id)).rejects.toMatchObject({ kind: "not-found" });
    await expect(updateRule(stranger.owner, rule.id, { mode: "off" })).rejects.toMatchObject({
      kind: "not-found",
    });
    await expect(deleteRule(stranger.owner, rule.id)).rejects.toMatchObject({ kind: "not-found" });
  });

  it("a name is taken once", async () => {
    await createRule(owner, allow);
    await expect(createRule(owner, allow)).rejects.toMatchObject({ kind: "conflict" });
    const other = await createRule(owner, { ...allow, name: "other" });
    await expect(updateRule(owner, other.id, { name: allow.name })).rejects.toMatchObject({
      kind: "conflict",
    });
  });

  it("without its scope, or as a customer's key, no rule can be seen or changed", async () => {
    const rule = await createRule(owner, allow);
    const session = { ...workspace.owner, scopes: [] };
    const customer = keyActor(workspace.workspaceId, { customerId: "cus_1", scopes: ["platform:*"] });
    for (const actor of [session, customer])
      for (const work of [
        () => createRule(actor, allow),
        () => readRule(actor, rule.id),
        () => listRules(actor, { limit: 10 }),
        () => updateRule(actor, rule.id, { mode: "off" }),
        () => deleteRule(actor, rule.id),
      ])
        await expect(work()).rejects.toMatchObject({ kind: "forbidden" });
  });

  it("writes its audit entry with the change", async () => {
    const rule = await createRule(owner, allow);
    await deleteRule(owner, rule.id);
    const entries = await db().auditEntry.findMany({
      where: { workspaceId: workspace.workspaceId, subject: rule.id },
      orderBy: { seq: "asc" },
    });
    expect(entries.map((entry) => entry.action)).toEqual(["rules.create", "rules.delete"]);
  });
});

describe("listing rules", () => {
  it("pages by name without doubles or gaps, and narrows", async () => {
    await makeService("invoices");
    for (const name of ["c", "a", "e", "b", "d"])
      await createRule(owner, {
        name,
        effect: name === "e" ? "deny" : "allow",
        ...(name === "b" ? { mode: "shadow", attachments: [{ service: "invoices" }] } : {}),
      });
    const first = await listRules(owner, { limit: 2 });
    const second = await listRules(owner, { limit: 2, cursor: first.nextCursor ?? "" });
    const third = await listRules(owner, { limit: 2, cursor: second.nextCursor ?? "" });
    expect([first, second, third].flatMap((page) => page.items.map((rule) => rule.name))).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
    expect(third.nextCursor).toBeNull();
    expect(first.total).toBe(5);
    const names = async (filters: object) =>
      (await listRules(owner, { limit: 10, ...filters })).items.map((rule) => rule.name);
    expect(await names({ effect: "deny" })).toEqual(["e"]);
    expect(await names({ mode: "shadow" })).toEqual(["b"]);
    expect(await names({ service: "invoices" })).toEqual(["b"]);
    expect(await names({ q: "C" })).toEqual(["c"]);
    await createRule(owner, { name: "f", description: "50% of a_b\\c", effect: "allow" });
    for (const q of ["%", "_", "\\", "0% OF"]) expect([q, await names({ q })]).toEqual([q, ["f"]]);
  });
});
