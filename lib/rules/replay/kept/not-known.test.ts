import { beforeEach, describe, expect, test } from "vitest";
import { createRule } from "@/lib/rules/create";
import { inputOf, replayScene, type ReplayScene } from "@/lib/testing/rules/replay-scene";

let scene: ReplayScene;
beforeEach(async () => {
  scene = await replayScene();
});

describe("what is not known is never guessed", () => {
  const draft = (when: object, effect = "deny") => ({ draft: { name: "x", effect, when } });
  const counts = async (input: object) => (await scene.resultOf(input)).counts;

  test("a masked value is there, and whatever compares with it is unknown unless something else settles it", async () => {
    const value = { password: "hunter2hunter2", user: { token: { id: "1" } }, amount: 5 };
    await scene.store([
      scene.call({
        method: "POST",
        ...inputOf({
          headers: { "x-signature": "abc", "x-plain": "1" },
          query: { token: "t" },
          body: { kind: "json", value },
        }),
      }),
    ]);
    for (const when of [
      { header: { "x-signature": { exists: true } } },
      { query: { token: { exists: true } } },
      { body: { password: { exists: true } } },
      { body: { amount: 5 } },
      { any: [{ body: { password: "x" } }, { method: "POST" }] },
    ])
      expect(await counts(draft(when)), JSON.stringify(when)).toMatchObject({ newlyDenied: 1, unknown: 0 });
    for (const when of [
      { header: { "x-signature": { exists: false } } },
      { body: { password: "x" }, method: "GET" },
      { all: [{ query: { token: "x" } }, { header: { "x-plain": "2" } }] },
    ])
      expect(await counts(draft(when)), JSON.stringify(when)).toMatchObject({ same: 1, unknown: 0 });
    for (const when of [
      { header: { "x-signature": "abc" } },
      { header: { "x-signature": { prefix: "a" } } },
      { query: { token: { in: ["a", "t"] } } },
      { body: { password: { regex: "h.*" } } },
      { body: { "user.token.id": "1" } },
      { body: { "user.token.id": { exists: true } } },
      { body: { schema: { type: "object" } } },
      { not: { header: { "x-signature": "abc" } } },
    ]) {
      expect(await counts(draft(when)), JSON.stringify(when)).toMatchObject({ unknown: 1 });
      // On an open service an allow changes nothing, whatever it would have been.
      expect((await scene.resultOf(draft(when, "allow"))).groups.length).toBeLessThanOrEqual(1);
    }
  });

  test("an expression that looks at something masked is unknown, another is judged", async () => {
    await scene.store([
      scene.call({
        ...inputOf({
          headers: { "x-signature": "abc", "x-plain": "1" },
          body: { kind: "json", value: { password: "p", amount: 5, list: [1, 2] } },
        }),
      }),
    ]);
    const expr = (text: string) => ({ draft: { name: "x", effect: "deny", expr: text } });
    expect(await counts(expr(`request.headers["x-plain"] == "1"`))).toMatchObject({ newlyDenied: 1 });
    expect(await counts(expr(`request.body.list.exists(i, i == 2.0)`))).toMatchObject({ newlyDenied: 1 });
    expect(await counts(expr(`request.body.amount > 9.0`))).toMatchObject({ same: 1 });
    expect(await counts(expr(`request.headers["x-signature"] == "1"`))).toMatchObject({ unknown: 1 });
    expect(await counts(expr(`request.body.password == "p"`))).toMatchObject({ unknown: 1 });
    expect(
      await counts(expr(`request.headers["x-plain"] == "1" || request.body.password == "p"`)),
    ).toMatchObject({
      newlyDenied: 1,
    });
  });

  test("a call of which nothing, or not the body, was kept is unknown to a draft that reads it", async () => {
    const bare = scene.call({ path: "/bare" });
    delete bare.input;
    await scene.store([
      bare,
      scene.call({ path: "/unread", ...inputOf({ headers: { "content-length": "9" } }) }),
    ]);
    expect(await counts(draft({ header: { "x-a": { exists: false } } }))).toMatchObject({
      newlyDenied: 1,
      unknown: 1,
    });
    expect(await counts(draft({ body: { amount: 1 } }))).toMatchObject({ unknown: 2 });
    expect(await counts(draft({ body: { amount: 1 }, method: "POST" }))).toMatchObject({ same: 2 });
    expect(
      await counts({ draft: { name: "x", effect: "deny", expr: `size(request.headers) == 1` } }),
    ).toMatchObject({
      newlyDenied: 1,
      unknown: 1,
    });
    expect(await counts(draft({ method: "GET" }))).toMatchObject({ newlyDenied: 2 });
  });

  test("a cut path is unknown", async () => {
    await scene.store([scene.call({ path: `/${"p".repeat(3_000)}` })]);
    expect(await counts(draft({ route: "/p" }))).toMatchObject({ unknown: 1 });
  });

  test("another rule that reads what is masked makes a change unknown only where it could turn it", async () => {
    await createRule(scene.workspace.owner, {
      name: "signed",
      effect: "deny",
      when: { header: { "x-signature": "bad" }, method: "PUT" },
      attachments: [{ service: "payments" }],
    });
    const headers = { "x-signature": "abc" };
    await scene.store([
      scene.call({ method: "PUT", ...inputOf({ headers }) }),
      scene.call({ method: "POST", ...inputOf({ headers }) }),
    ]);
    expect(await counts(draft({ method: ["POST", "PUT"] }))).toMatchObject({ newlyDenied: 1, unknown: 1 });
    expect(await counts(draft({ method: "DELETE" }))).toMatchObject({ same: 2 });
  });
});
