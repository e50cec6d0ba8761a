import { beforeAll, expect, test } from "vitest";
import { createRule } from "@/lib/rules/create";
import { explainRecorded } from "@/lib/rules/replay/explain-recorded";
import { inputOf, replayScene, type ReplayScene } from "@/lib/testing/rules/replay-scene";
import { createTestWorkspace } from "@/lib/testing/workspace";

let scene: ReplayScene;
beforeAll(async () => void (scene = await replayScene()));

async function explained(given: Parameters<ReplayScene["call"]>[0]) {
  const call = scene.call(given);
  await scene.store([call]);
  return explainRecorded(scene.workspace.owner, call.id);
}

test("a recorded call is judged by what was kept of its headers and body, and secrets are shown to nobody", async () => {
  await createRule(scene.workspace.owner, {
    name: "no-large-orders",
    effect: "deny",
    when: { header: { "x-tier": "small" }, body: { amount: { gt: 100 } } },
  });
  const { decision, trace, kept } = await explained({
    method: "POST",
    ...inputOf({
      headers: { "x-tier": "small", "x-auth-token": "hunter2hunter2" },
      body: { kind: "json", value: { amount: 250, password: "hunter2hunter2" } },
    }),
  });
  expect(decision).toMatchObject({ verdict: "deny", rules: ["no-large-orders"] });
  expect(trace?.candidates[0]).toMatchObject({
    name: "no-large-orders",
    outcome: "matched",
    determining: true,
  });
  expect(kept).toMatchObject({
    headers: { "x-tier": "small", "x-auth-token": "(masked)" },
    body: { amount: 250, password: "(masked)" },
  });
});

test("a verdict that would rest on what was not kept is not given, and no stand-in is shown", async () => {
  await createRule(scene.workspace.owner, {
    name: "only-with-a-note",
    effect: "deny",
    unless: { body: { note: { prefix: "ok" } } },
    when: { method: "PUT" },
  });
  const answer = await explained({ method: "PUT", input: '{"notKept":["body"]}' });
  expect(answer.decision).toBeNull();
  expect(answer.trace?.candidates).toContainEqual(
    expect.objectContaining({ name: "only-with-a-note", outcome: "failed", determining: false }),
  );
  expect(JSON.stringify(answer)).not.toContain("\\u0001");
  expect(answer.kept.notKept).toEqual(["body"]);
});

test("the decision of another workspace does not exist", async () => {
  const call = scene.call({ method: "GET" });
  await scene.store([call]);
  const other = await createTestWorkspace();
  await expect(explainRecorded(other.owner, call.id)).rejects.toThrow("No such decision.");
  expect((await explainRecorded(scene.workspace.owner, call.id)).decision).toMatchObject({
    verdict: "allow",
  });
});
