import { beforeEach, describe, expect, it } from "vitest";
import { db, sql } from "@/lib/db/client";
import { createRule } from "@/lib/rules/create";
import { currentRuleset } from "@/lib/rules/current";
import { decide } from "@/lib/rules/verdict/decide";
import { deleteRule } from "@/lib/rules/delete";
import { listRules } from "@/lib/rules/read";
import { loadRuleset } from "@/lib/rules/rulesets/load";
import { buildRuleset } from "@/lib/rules/verdict/ruleset";
import { diffRulesets, listRulesets, readRuleset } from "@/lib/rules/rulesets/read";
import { rollBack } from "@/lib/rules/rulesets/roll-back";
import { updateRule } from "@/lib/rules/update";
import { createService } from "@/lib/services/create";
import { deleteService } from "@/lib/services/delete";
import { CreateService } from "@/lib/services/schema";
import { testCall } from "@/lib/testing/rules/ruleset";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
});

const makeService = (slug: string) =>
  createService(workspace.owner, CreateService.parse({ slug, upstream: "http://127.0.0.1:9" }));

describe("numbered rulesets", () => {
  it("two writers at once make two versions, and no version is missing or doubled", async () => {
    const { owner } = workspace;
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) => createRule(owner, { name: `rule-${index}`, effect: "allow" })),
    );
    expect(made.map((rule) => rule.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    const { items } = await listRulesets(owner, { limit: 100 });
    expect(items.map((item) => item.version)).toEqual(Array.from({ length: 12 }, (_, index) => 12 - index));
    for (const { version } of items) expect((await readRuleset(owner, version)).rules).toHaveLength(version);
  });

  it("a reader meanwhile always sees one version whole: as many rules as its number says", async () => {
    const { owner, workspaceId } = workspace;
    let writing = true;
    const writer = (async () => {
      for (let index = 0; index < 25; index++)
        await createRule(owner, { name: `rule-${index}`, effect: "allow" });
      writing = false;
    })();
    const seen = new Set<number>();
    while (writing) {
      const loaded = await loadRuleset(workspaceId);
      expect(loaded?.rules).toHaveLength(loaded?.version ?? -1);
      const applied = await currentRuleset(workspaceId);
      expect(applied.everywhere.rules).toHaveLength(applied.version);
      seen.add(loaded?.version ?? -1);
    }
    await writer;
    expect(seen.size).toBeGreaterThan(3);
  });

  it("a write that fails halfway leaves no version behind", async () => {
    const { owner, workspaceId } = workspace;
    await createRule(owner, { name: "a", effect: "allow" });
    await expect(createRule(owner, { name: "a", effect: "deny" })).rejects.toMatchObject({
      kind: "conflict",
    });
    const { rows } = await sql().query("select ruleset_version from workspace where id = $1", [workspaceId]);
    expect(rows).toEqual([{ ruleset_version: 1 }]);
    expect(await db().ruleset.count({ where: { workspaceId } })).toBe(1);
    expect((await createRule(owner, { name: "b", effect: "allow" })).version).toBe(2);
  });

  it("old versions stay as they were, whatever happens after", async () => {
    const { owner } = workspace;
    const rule = await createRule(owner, { name: "a", effect: "allow" });
    await updateRule(owner, rule.id, { effect: "deny" });
    await deleteRule(owner, rule.id);
    expect((await readRuleset(owner, 1)).rules).toMatchObject([{ name: "a", effect: "allow" }]);
    expect((await readRuleset(owner, 2)).rules).toMatchObject([{ name: "a", effect: "deny" }]);
    expect((await readRuleset(owner, 3)).rules).toEqual([]);
    await expect(readRuleset(owner, 4)).rejects.toMatchObject({ kind: "not-found" });
  });

  it("a difference names what was added, removed and changed, either way round", async () => {
    const { owner } = workspace;
    const changed = await createRule(owner, { name: "changed", effect: "allow" });
    const removed = await createRule(owner, { name: "removed", effect: "allow" });
    await updateRule(owner, changed.id, { effect: "deny" });
    await deleteRule(owner, removed.id);
    await createRule(owner, { name: "added", effect: "allow" });
    const diff = await diffRulesets(owner, { from: 2, to: 5 });
    expect(diff.added.map((rule) => rule.name)).toEqual(["added"]);
    expect(diff.removed.map((rule) => rule.name)).toEqual(["removed"]);
    expect(diff.changed).toMatchObject([{ before: { effect: "allow" }, after: { effect: "deny" } }]);
    const back = await diffRulesets(owner, { from: 5, to: 2 });
    expect(back.added.map((rule) => rule.name)).toEqual(["removed"]);
    expect((await diffRulesets(owner, { from: 0, to: 1 })).added).toHaveLength(1);
    await expect(diffRulesets(owner, { from: 1, to: 99 })).rejects.toMatchObject({ kind: "not-found" });
  });

  it("rolling back brings an older version's rules into force as a new version, names swapped and all", async () => {
    const { owner, workspaceId } = workspace;
    await makeService("invoices");
    const one = await createRule(owner, {
      name: "one",
      effect: "allow",
      attachments: [{ service: "invoices" }],
    });
    const two = await createRule(owner, { name: "two", effect: "deny" });
    const target = two.version;
    await updateRule(owner, one.id, { name: "spare" });
    await updateRule(owner, two.id, { name: "one" });
    await updateRule(owner, one.id, { name: "two", effect: "deny", attachments: [{}] });
    await createRule(owner, { name: "three", effect: "allow" });
    const answer = await rollBack(owner, { version: target });
    expect(answer).toEqual({ version: target + 5, restored: 2, removed: 1, lostAttachments: 0 });
    expect((await listRules(owner, { limit: 10 })).items).toMatchObject([
      {
        id: one.id,
        name: "one",
        effect: "allow",
        attachments: [{ service: "invoices" }],
        createdAt: one.createdAt,
      },
      { id: two.id, name: "two", effect: "deny", attachments: [{}] },
    ]);
    expect((await currentRuleset(workspaceId)).version).toBe(answer.version);
    expect(await diffRulesets(owner, { from: target, to: answer.version })).toMatchObject({
      added: [],
      removed: [],
      changed: [],
    });
    expect(await rollBack(owner, { version: target + 4 })).toMatchObject({ restored: 3, removed: 0 });
  });

  it("a rule that comes back without its service is attached nowhere, never everywhere", async () => {
    const { owner, workspaceId } = workspace;
    await makeService("invoices");
    const rule = await createRule(owner, {
      name: "one",
      effect: "allow",
      attachments: [{ service: "invoices" }],
    });
    await deleteService(owner, "invoices");
    expect(await rollBack(owner, { version: rule.version })).toMatchObject({
      restored: 1,
      lostAttachments: 1,
    });
    expect((await listRules(owner, { limit: 10 })).items).toMatchObject([{ name: "one", attachments: [] }]);
    expect((await currentRuleset(workspaceId)).everywhere.rules).toEqual([]);
  });

  it("a stored rule that cannot be read is not skipped: a deny denies, an allow never matches", async () => {
    const { owner, workspaceId } = workspace;
    await makeService("invoices");
    const broken = async (name: string, document: object) => {
      const { id } = await createRule(owner, { name, effect: "allow" });
      await db().rule.update({
        where: { workspaceId_id: { workspaceId, id } },
        data: { document: { name, ...document } },
      });
    };
    const judge = async () => {
      const loaded = await loadRuleset(workspaceId);
      if (loaded === null) throw new Error("not loaded");
      const ruleset = buildRuleset(loaded, 0);
      const [service] = [...ruleset.services.values()];
      return decide(ruleset, testCall(service === undefined ? {} : { service }));
    };
    await broken("lost-allow", { effect: "allow", when: { ahead: {} } });
    expect(await judge()).toMatchObject({ verdict: "deny", rules: [], reason: "DEFAULT_DENY" });
    await createRule(owner, { name: "good-allow", effect: "allow" });
    expect(await judge()).toMatchObject({ verdict: "allow", rules: ["good-allow"] });
    await broken("lost-deny", { effect: "deny", when: { ahead: {} } });
    expect(await judge()).toMatchObject({ verdict: "deny", rules: ["lost-deny"] });
  });
});
