import { describe, expect, it } from "vitest";
import type { WorkspaceState } from "@/lib/rules/rulesets/load";
import type { RulesetSource } from "@/lib/rules/verdict/ruleset";
import { compileRule } from "@/lib/rules/verdict/compile";
import { createRulesetCache } from "@/lib/rules/rulesets/cache";
import { Rule } from "@/lib/rules/schema";

/** A database in memory whose answers the test lets go one by one. */
function gatedDatabase() {
  const stored = { version: 1, slug: "acme", expiresAt: "2099-01-01T00:00:00Z", down: false, gone: false };
  const gates: (() => void)[] = [];
  const lookups: string[][] = [];
  const state = { loads: 0, lookups, nowMs: Date.parse("2026-01-01T00:00:00Z"), gated: false };
  const gate = () => (state.gated ? new Promise<void>((open) => gates.push(open)) : Promise.resolve());
  const snapshot = (): RulesetSource => {
    const { rule } = compileRule(
      "rule_1",
      Rule.parse({ name: "only", effect: "allow", expiresAt: stored.expiresAt }),
      null,
    );
    const workspace = { id: "wsp_1", slug: stored.slug };
    const rules = [{ rule, attachments: [{ serviceId: null, keyId: null }] }];
    return { workspace, version: stored.version, services: [], rules };
  };
  const cache = createRulesetCache({
    async loadRuleset() {
      state.loads++;
      if (stored.down) throw new Error("no database");
      const seen = stored.gone ? null : snapshot();
      await gate();
      return seen;
    },
    loadChange: () => Promise.resolve("whole"),
    holds: () => Promise.resolve(),
    applies: () => undefined,
    readWorkspaceStates: () =>
      Promise.resolve(stored.gone ? [] : [{ id: "wsp_1", slug: stored.slug, version: stored.version }]),
    findWorkspaces(slugs): Promise<WorkspaceState[]> {
      lookups.push([...slugs]);
      return Promise.resolve(
        slugs.includes(stored.slug) ? [{ id: "wsp_1", slug: stored.slug, version: stored.version }] : [],
      );
    },
    now: () => state.nowMs,
  });
  return { cache, stored, state, gates };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the rulesets of a node", () => {
  it("loads once for many callers, and answers without waiting from then on", async () => {
    const { cache, state } = gatedDatabase();
    await Promise.all([cache.current("wsp_1"), cache.current("wsp_1"), cache.current("wsp_1")]);
    expect(state.loads).toBe(1);
    expect(cache.current("wsp_1")).not.toBeInstanceOf(Promise);
  });

  it("a load that began before a change never stands for the changed version", async () => {
    const { cache, stored, state, gates } = gatedDatabase();
    state.gated = true;
    const first = cache.current("wsp_1");
    await turn();
    stored.version = 2;
    cache.changed("wsp_1", 2);
    gates.shift()?.();
    await turn();
    gates.shift()?.();
    expect((await first).version).toBe(2);
    expect(cache.appliedVersion("wsp_1")).toBe(2);
  });

  it("applied() resolves only when the version is the one that answers", async () => {
    const { cache, stored } = gatedDatabase();
    await cache.current("wsp_1");
    stored.version = 7;
    await cache.applied("wsp_1", 7);
    expect(await cache.current("wsp_1")).toMatchObject({ version: 7 });
  });

  it("keeps answering by the old ruleset while the new one loads", async () => {
    const { cache, stored, state, gates } = gatedDatabase();
    await cache.current("wsp_1");
    state.gated = true;
    stored.version = 2;
    cache.changed("wsp_1", 2);
    expect(cache.current("wsp_1")).toMatchObject({ version: 1 });
    await turn();
    gates.shift()?.();
    await turn();
    expect(cache.current("wsp_1")).toMatchObject({ version: 2 });
  });

  it("the poll finds a change whose message was lost", async () => {
    const { cache, stored } = gatedDatabase();
    await cache.current("wsp_1");
    stored.version = 3;
    await cache.poll();
    expect(cache.appliedVersion("wsp_1")).toBe(3);
  });

  it("no ruleset loadable is unavailable, never an answer", async () => {
    const { cache, stored } = gatedDatabase();
    stored.down = true;
    await expect(cache.current("wsp_1")).rejects.toMatchObject({ kind: "unavailable" });
    stored.down = false;
    expect(await cache.current("wsp_1")).toMatchObject({ version: 1 });
  });

  it("keeps the ruleset it has while the database is away", async () => {
    const { cache, stored } = gatedDatabase();
    await cache.current("wsp_1");
    stored.down = true;
    stored.version = 2;
    cache.changed("wsp_1", 2);
    await turn();
    expect(cache.current("wsp_1")).toMatchObject({ version: 1 });
  });

  it("a rule stops in the millisecond of its expiry, without a load", async () => {
    const { cache, state } = gatedDatabase();
    expect((await cache.current("wsp_1")).everywhere.rules).toHaveLength(1);
    state.nowMs = Date.parse("2099-01-01T00:00:00Z");
    expect((await cache.current("wsp_1")).everywhere.rules).toHaveLength(0);
    expect(state.loads).toBe(1);
  });

  it("finds a workspace by slug, and a flood of unknown slugs costs one query at a time", async () => {
    const { cache, state } = gatedDatabase();
    const answers = await Promise.all([
      cache.currentBySlug("acme"),
      ...Array.from({ length: 500 }, (_, i) => cache.currentBySlug(`none-${i}`)),
    ]);
    expect(answers[0]).toMatchObject({ workspace: { id: "wsp_1" } });
    expect(answers.slice(1).every((answer) => answer === null)).toBe(true);
    expect(state.lookups).toHaveLength(1);
    expect(cache.currentBySlug("acme")).not.toBeInstanceOf(Promise);
    expect(cache.currentBySlug("none-1")).toBeNull();
    expect(cache.currentBySlug("NOT A SLUG")).toBeNull();
  });

  it("forgets a workspace that is gone", async () => {
    const { cache, stored } = gatedDatabase();
    await cache.current("wsp_1");
    stored.gone = true;
    await cache.poll();
    await expect(cache.current("wsp_1")).rejects.toMatchObject({ kind: "not-found" });
  });
});
