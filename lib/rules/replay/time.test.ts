import { expect, test } from "vitest";
import { explainRecorded } from "@/lib/rules/replay/explain-recorded";
import { createRule } from "@/lib/rules/create";
import { replayScene, sceneWindow } from "@/lib/testing/rules/replay-scene";

const onThatDay = `now < timestamp("${sceneWindow.to}")`;

test("an expression that asks for the time is judged at the time of the call", async () => {
  const scene = await replayScene();
  const recorded = scene.call();
  await scene.store([recorded]);
  const draft = { name: "closed", effect: "deny", expr: onThatDay };
  expect((await scene.resultOf({ draft })).counts).toMatchObject({ newlyDenied: 1, unknown: 0 });
  await createRule(scene.workspace.owner, draft);
  const { decision, trace } = await explainRecorded(scene.workspace.owner, recorded.id);
  expect(decision).toMatchObject({ verdict: "deny", rules: ["closed"] });
  expect(trace?.candidates).toMatchObject([{ outcome: "matched", failure: null }]);
});
