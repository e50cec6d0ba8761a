import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Pool } from "undici";
import { z } from "zod";
import { createPlan } from "@/lib/plans/create";
import { CreatePlan } from "@/lib/plans/schema";
import type { CreateKey } from "@/lib/keys/changes/schema";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/**
 * Two processes on one PostgreSQL and one Redis, over HTTP. LIMIT_TEST_CALLS (3,000) and LIMIT_TEST_RUNS (1) make it
 * larger: 10000 and 20 are what the numbers in docs/guides/limits.md were seen with.
 */
const calls = Number(process.env.LIMIT_TEST_CALLS ?? 3_000);
const runs = Number(process.env.LIMIT_TEST_RUNS ?? 1);
const redis = process.env.TEST_REDIS_URL ?? "";
const admitted = { limit: calls / 10, quota: calls / 4 };

const Verified = z.object({ code: z.string() });

describe("two nodes on one PostgreSQL and one Redis", () => {
  let nodes: TestServer[] = [];
  let pools: Pool[] = [];
  let workspace: TestWorkspace;
  let caller: string;

  beforeAll(async () => {
    const start = () =>
      startServer({
        mount: "server",
        databaseUrl: inject("databaseUrl"),
        environment: { LISTEN: "api", REDIS_URL: redis, LOG_LEVEL: "info" },
      });
    nodes = [await start(), await start()];
    pools = nodes.map(({ portal }) => new Pool(portal, { connections: 100, pipelining: 50 }));
    workspace = await createTestWorkspace();
    caller = (await issueKey(workspace.system, { scopes: ["verify:keys"] })).secret;
  });

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.destroy()));
    for (const node of nodes) {
      await node.stop();
      removeData(node);
    }
  });

  async function verify(pool: Pool | undefined, key: string): Promise<string> {
    if (pool === undefined) throw new Error("no node");
    const { body } = await pool.request({
      method: "POST",
      path: "/api/v1/keys/verify",
      headers: { "content-type": "application/json", authorization: `Bearer ${caller}` },
      body: JSON.stringify({ key }),
      // Only what is called so is pipelined.
      idempotent: true,
    });
    return Verified.parse(await body.json()).code;
  }

  /** All calls at once, every other one to the other node; how many got each code. */
  async function callAtOnce(key: string): Promise<Record<string, number>> {
    const codes = await Promise.all(Array.from({ length: calls }, (_, at) => verify(pools[at % 2], key)));
    const counts: Record<string, number> = {};
    for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
    return counts;
  }

  const issue = async (limits: Partial<z.input<typeof CreateKey>>) =>
    (await issueKey(workspace.system, limits)).secret;

  describe.each(["sliding-window", "token-bucket"] as const)("%s", (algorithm) => {
    test.each(Array.from({ length: runs }, (_, run) => run + 1))(
      `${calls} calls at once are admitted to the limit exactly, and to a quota: run %i`,
      async () => {
        await clearOfTheHoursEnd();
        const limited = await issue({
          rateLimits: [{ name: "hour", algorithm, limit: admitted.limit, windowSeconds: 3_600 }],
        });
        expect(await callAtOnce(limited)).toEqual({
          VALID: admitted.limit,
          RATE_LIMITED: calls - admitted.limit,
        });
        const both = await issue({
          rateLimits: [{ name: "hour", algorithm, limit: calls, windowSeconds: 3_600 }],
          quotas: [{ limit: admitted.quota, per: "day" }],
        });
        expect(await callAtOnce(both)).toEqual({
          VALID: admitted.quota,
          QUOTA_EXCEEDED: calls - admitted.quota,
        });
        expect(nodes.map((node) => node.output()).join("")).not.toContain("does not answer");
      },
      180_000,
    );
  });

  test("a plan changed on one node holds on the other, for all its keys", async () => {
    const { system } = workspace;
    const hourly = (limit: number) => ({ name: "hour", limit, windowSeconds: 3_600 });
    await createPlan(system, CreatePlan.parse({ name: "small", rateLimits: [hourly(1)] }));
    const keys = [await issue({ plan: "small" }), await issue({ plan: "small" })];
    for (const key of keys) {
      expect(await verify(pools[1], key)).toBe("VALID");
      expect(await verify(pools[1], key)).toBe("RATE_LIMITED");
    }
    const answer = await pools[0]?.request({
      method: "PATCH",
      path: "/api/v1/plans/small",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await issue({ scopes: ["update:plans"] })}`,
      },
      body: JSON.stringify({ rateLimits: [{ ...hourly(1_000), algorithm: "sliding-window" }] }),
    });
    expect(answer?.statusCode).toBe(200);
    for (const key of keys) await expect.poll(() => verify(pools[1], key), { timeout: 10_000 }).toBe("VALID");
  });
});

/** A window's edge inside a run would let more through, as it should. */
async function clearOfTheHoursEnd(): Promise<void> {
  const leftMs = 3_600_000 - (Date.now() % 3_600_000);
  if (leftMs < 60_000) await new Promise((resolve) => setTimeout(resolve, leftMs + 100));
}
