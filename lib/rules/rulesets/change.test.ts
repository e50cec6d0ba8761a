import { beforeEach, describe, expect, it } from "vitest";
import { sql } from "@/lib/db/client";
import { createRule } from "@/lib/rules/create";
import { deleteRule } from "@/lib/rules/delete";
import { decide } from "@/lib/rules/verdict/decide";
import { loadChange, loadRuleset } from "@/lib/rules/rulesets/load";
import { rollBack } from "@/lib/rules/rulesets/roll-back";
import { buildRuleset, changeRuleset, emptyRuleset, type CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import { attachRule, updateRule } from "@/lib/rules/update";
import { createService } from "@/lib/services/create";
import { deleteService } from "@/lib/services/delete";
import { CreateService } from "@/lib/services/schema";
import { updateService } from "@/lib/services/update";
import { testCall } from "@/lib/testing/rules/ruleset";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
});

/** What a node holds after `held`, and what it would hold had it begun only now. */
async function catchUp(held: CompiledRuleset) {
  const { workspaceId } = workspace;
  const change = await loadChange(workspaceId, held.version);
  const whole = await loadRuleset(workspaceId);
  if (change === null || change === "whole" || whole === null) throw new Error(`change is ${String(change)}`);
  return { changed: changeRuleset(held, change, 0), anew: buildRuleset(whole, 0), change };
}

const servicesOf = ({ services }: CompiledRuleset) =>
  [...services.values()].sort((one, other) => (one.id < other.id ? -1 : 1));

const summary = (ruleset: CompiledRuleset) => ({
  version: ruleset.version,
  services: servicesOf(ruleset),
  rules: [...ruleset.placed.values()]
    .map(({ rule, attachments }) => JSON.stringify([rule, attachments]))
    .sort(),
  verdicts: servicesOf(ruleset).map((service) => decide(ruleset, testCall({ service }))),
});

describe("what a node reads of a new version", () => {
  it("makes of the version it held what reading the whole would make, whatever was written", async () => {
    const { owner } = workspace;
    const makeService = (slug: string) =>
      createService(owner, CreateService.parse({ slug, upstream: "http://127.0.0.1:9" }));
    const ids: string[] = [];
    const writes: (() => Promise<unknown>)[] = [
      () => makeService("invoices"),
      () => makeService("other"),
      async () => {
        const attachments = [{ service: "invoices" }];
        ids.push((await createRule(owner, { name: "one", effect: "allow", attachments })).id);
      },
      async () => {
        ids.push((await createRule(owner, { name: "two", effect: "deny", when: { method: "POST" } })).id);
      },
      () => updateRule(owner, ids[0] ?? "", { mode: "shadow" }),
      () => attachRule(owner, ids[0] ?? "", { attach: [{ service: "other" }], detach: [] }),
      () => updateService(owner, "invoices", { methods: ["GET"], slug: "bills" }),
      () => updateRule(owner, ids[1] ?? "", { name: "three", when: { route: "/v1/**" } }),
      () => deleteRule(owner, ids[1] ?? ""),
      () => rollBack(owner, { version: 5 }),
      () => deleteService(owner, "other"),
      () => rollBack(owner, { version: 0 }),
      () => rollBack(owner, { version: 9 }),
    ];
    let stepwise = emptyRuleset({ id: workspace.workspaceId, slug: workspace.slug });
    const start = stepwise;
    for (const write of writes) {
      await write();
      const { changed, anew } = await catchUp(stepwise);
      expect(summary(changed)).toEqual(summary(anew));
      stepwise = changed;
    }
    const { changed, anew } = await catchUp(start);
    expect(changed.version).toBe(writes.length);
    expect(summary(changed)).toEqual(summary(anew));
  });

  it("is that version's and no more: an edit of one rule among many brings one rule", async () => {
    const { owner, workspaceId } = workspace;
    for (let index = 0; index < 5; index++)
      await createRule(owner, { name: `rule-${index}`, effect: "allow" });
    const whole = await loadRuleset(workspaceId);
    const edited = whole?.rules[2]?.rule.id ?? "";
    await updateRule(owner, edited, { effect: "deny" });
    expect(await loadChange(workspaceId, 5)).toMatchObject({
      version: 6,
      ruleIds: [edited],
      rules: [{ rule: { id: edited, effect: "deny" } }],
      services: [],
    });
  });

  it("is the whole where a version does not say what it changed, or is not there", async () => {
    const { owner, workspaceId } = workspace;
    for (const name of ["a", "b", "c"]) await createRule(owner, { name, effect: "allow" });
    await sql().query("update ruleset set changes_all = true where workspace_id = $1 and version = 2", [
      workspaceId,
    ]);
    expect(await loadChange(workspaceId, 1)).toBe("whole");
    expect(await loadChange(workspaceId, 2)).toMatchObject({ version: 3 });
    await sql().query("delete from ruleset where workspace_id = $1 and version = 3", [workspaceId]);
    expect(await loadChange(workspaceId, 2)).toBe("whole");
    expect(await loadChange("wsp_none", 2)).toBeNull();
  });
});
