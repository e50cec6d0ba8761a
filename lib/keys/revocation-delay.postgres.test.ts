import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer, type TestServer } from "@/lib/testing/start-server";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** Two nodes need a database that both can open, so this runs on PostgreSQL and Redis only. */
const trials = 200;
const boundMs = 250;

let nodes: TestServer[] = [];
let workspace: TestWorkspace;
let admin: string;

beforeAll(async () => {
  const environment = { LISTEN: "api", REDIS_URL: process.env.TEST_REDIS_URL ?? "" };
  const start = () => startServer({ mount: "server", databaseUrl: inject("databaseUrl"), environment });
  nodes = [await start(), await start()];
  workspace = await createTestWorkspace();
  admin = (await issueKey(workspace.owner, { scopes: ["verify:keys", "update:keys", "revoke:keys"] })).secret;
});

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes.forEach(removeData);
});

async function call(node: TestServer | undefined, method: string, path: string, body: unknown) {
  const response = await fetch(`${node?.portal}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

test("a key revoked on one node is refused on the other within 250 ms at the 99th percentile, reads in flight or not", async () => {
  const [here, there] = nodes;
  const delays: number[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const { key, secret } = await issueKey(workspace.owner);
    const verify = async (): Promise<string> =>
      (await call(there, "POST", "/keys/verify", { key: secret })).code;
    expect(await verify()).toBe("VALID");
    const watch = { revokedAt: Number.POSITIVE_INFINITY, refusedAt: 0, cameBack: false };
    const watching = Promise.all([1, 2].map(() => watchUntilRefused(verify, watch)));
    // A change just before leaves the other node reading the key's row while it is revoked.
    if (trial % 2 === 0) await call(here, "PATCH", `/keys/${key.id}`, { labels: ["changed"] });
    await call(here, "POST", `/keys/${key.id}/revoke`, { reason: "trial" });
    watch.revokedAt = performance.now();
    await watching;
    delays.push(Math.max(0, watch.refusedAt - watch.revokedAt));
    expect(watch.cameBack).toBe(false);
    expect(await verify()).toBe("REVOKED");
  }
  delays.sort((one, other) => one - other);
  expect(delays[Math.ceil(trials * 0.99) - 1]).toBeLessThan(boundMs);
}, 120_000);

interface Watch {
  revokedAt: number;
  refusedAt: number;
  cameBack: boolean;
}

/** Asks again and again until the key is refused, and a little longer to see that it stays so. */
async function watchUntilRefused(verify: () => Promise<string>, watch: Watch): Promise<void> {
  for (let after = 0; after < 3;) {
    const askedAt = performance.now();
    const code = await verify();
    if (code === "REVOKED") {
      after += 1;
      if (watch.refusedAt === 0) watch.refusedAt = performance.now();
    } else if (watch.refusedAt !== 0 && askedAt > watch.refusedAt) watch.cameBack = true;
    if (performance.now() - watch.revokedAt > 5_000) return;
  }
}
