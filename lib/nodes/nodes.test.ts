import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bus } from "@/lib/bus/bus";
import { sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { appliedEverywhere, readNodes } from "@/lib/nodes/applied";
import { holdRuleset, reportApplied, startNode, stopNode } from "@/lib/nodes/report";
import { createRule } from "@/lib/rules/create";
import { currentRuleset } from "@/lib/rules/current";
import { listRulesets } from "@/lib/rules/rulesets/read";
import { rollBack } from "@/lib/rules/rulesets/roll-back";
import { updateRule } from "@/lib/rules/update";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
  await startNode();
});

afterEach(stopNode);

const heldHere = async () =>
  (await readNodes(workspace.workspaceId)).flatMap(({ applied }) => (applied === null ? [] : [applied]));

/** Another node, as its own process would have written itself down. */
async function otherNode(version: number, seenSecondsAgo = 0) {
  const id = newId("evt");
  await sql().query(
    "insert into node (id, started_at, seen_at) values ($1, now(), now() - make_interval(secs => $2))",
    [id, seenSecondsAgo],
  );
  const apply = async (applied: number) => {
    await sql().query(
      `insert into node_ruleset (node_id, workspace_id, version, applied_at) values ($1, $2, $3, now())
       on conflict (node_id, workspace_id) do update set version = excluded.version`,
      [id, workspace.workspaceId, applied],
    );
    const { workspaceId } = workspace;
    await bus().publish({ kind: "ruleset-applied", workspaceId, version: applied, node: id });
  };
  await apply(version);
  return { id, apply, remove: () => sql().query("delete from node where id = $1", [id]) };
}

describe("a node", () => {
  it("reports the version that it applies, and nothing of workspaces that it does not hold", async () => {
    const { owner, workspaceId } = workspace;
    expect(await heldHere()).toEqual([]);
    await createRule(owner, { name: "a", effect: "allow" });
    await currentRuleset(workspaceId);
    await vi.waitFor(async () => expect(await heldHere()).toEqual([1]));
    await createRule(owner, { name: "b", effect: "allow" });
    await vi.waitFor(async () => expect(await heldHere()).toEqual([2]));
    reportApplied(workspaceId, null);
    await vi.waitFor(async () => expect(await heldHere()).toEqual([]));
  });

  it("is waited for from before its first load on", async () => {
    const { workspaceId } = workspace;
    await holdRuleset(workspaceId);
    expect(await appliedEverywhere(workspaceId, 1, 0)).toMatchObject({
      nodes: 1,
      waiting: [expect.any(String)],
    });
    reportApplied(workspaceId, 1);
    expect(await appliedEverywhere(workspaceId, 1)).toEqual({ nodes: 1, waiting: [] });
  });

  it("that stopped cleanly is gone at once", async () => {
    reportApplied(workspace.workspaceId, 3);
    await vi.waitFor(async () => expect(await heldHere()).toEqual([3]));
    await stopNode();
    expect(await heldHere()).toEqual([]);
    expect(await appliedEverywhere(workspace.workspaceId, 9)).toEqual({ nodes: 0, waiting: [] });
  });
});

describe("a writer that waits", () => {
  it("is answered when the last node applies its version", async () => {
    const other = await otherNode(4);
    let answered = false;
    const waiting = appliedEverywhere(workspace.workspaceId, 6).then((outcome) => {
      answered = true;
      return outcome;
    });
    await other.apply(5);
    await vi.waitFor(async () => expect((await readNodes(workspace.workspaceId)).length).toBeGreaterThan(0));
    expect(answered).toBe(false);
    await other.apply(6);
    expect(await waiting).toEqual({ nodes: 1, waiting: [] });
    await other.remove();
  });

  it("is told who is behind when its time is over", async () => {
    const other = await otherNode(4);
    expect(await appliedEverywhere(workspace.workspaceId, 5, 50)).toEqual({ nodes: 1, waiting: [other.id] });
    await other.remove();
  });

  it("does not wait for a node that was not seen for 15 seconds", async () => {
    const dead = await otherNode(4, 16);
    expect(await appliedEverywhere(workspace.workspaceId, 5)).toEqual({ nodes: 0, waiting: [] });
    expect((await readNodes(workspace.workspaceId)).find(({ id }) => id === dead.id)).toMatchObject({
      live: false,
      applied: 4,
    });
    await dead.remove();
  });
});

describe("a version", () => {
  it("keeps its author's note beside what it changed, and a roll-back too", async () => {
    const { owner } = workspace;
    const { id } = await createRule(owner, { name: "a", effect: "allow" }, { note: "for the audit" });
    await updateRule(owner, id, { effect: "deny" });
    await rollBack(owner, { version: 1 }, { note: "that was wrong" });
    const { items, nodes } = await listRulesets(owner, { limit: 10 });
    expect(items).toMatchObject([
      { version: 3, note: "that was wrong", change: "Rolled back to v1" },
      { version: 2, note: "Changed a", change: "Changed a" },
      { version: 1, note: "for the audit", change: "Created a" },
    ]);
    expect(nodes.length).toBeGreaterThan(0);
  });

  it("that two editors write at once is told the second with what it read and what stands now", async () => {
    const { owner } = workspace;
    const rule = await createRule(owner, { name: "a", effect: "allow" });
    await updateRule(owner, rule.id, { description: "first", version: rule.version });
    await expect(
      updateRule(owner, rule.id, { description: "second", version: rule.version }),
    ).rejects.toMatchObject({
      kind: "stale",
      extra: {
        members: {
          version: 2,
          current: { id: rule.id, description: "first", version: 2 },
          read: expect.not.objectContaining({ description: "first" }),
        },
      },
    });
  });
});
