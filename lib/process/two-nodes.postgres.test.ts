import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { signToken, testAudience, testKey } from "@/lib/testing/issuer";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { flipRules } from "@/lib/testing/rules/rule-flips";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Two nodes need a database that both can open, so this runs on PostgreSQL and Redis only. */
const redis = process.env.TEST_REDIS_URL ?? "";

describe("two nodes on one PostgreSQL and one Redis", () => {
  let nodes: [TestServer, TestServer];
  let admin: string;
  let slug: string;

  beforeAll(async () => {
    const start = () =>
      startServer({
        mount: "server",
        databaseUrl: inject("databaseUrl"),
        environment: { LISTEN: "api,gateway", REDIS_URL: redis },
      });
    nodes = [await start(), await start()];
    const workspace = await createTestWorkspace();
    slug = workspace.slug;
    await createService(
      workspace.system,
      CreateService.parse({
        slug: "echo",
        upstream: "http://echo.latchkey.internal",
        defaultVerdict: "allow",
      }),
    );
    admin = (await createKey(workspace.system, CreateKey.parse({ name: "admin", scopes: ["platform:*"] })))
      .secret;
  });

  afterAll(async () => {
    for (const node of nodes) {
      await node.stop();
      removeData(node);
    }
  });

  async function ask(node: TestServer, [method, path, body]: [string, string, unknown?]) {
    const headers = { authorization: `Bearer ${admin}`, "content-type": "application/json" };
    const answer = await fetch(`${node.portal}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.json();
  }

  const codeOn = async (node: TestServer, key: string) =>
    (await ask(node, ["POST", "/keys/verify", { key }])).code;

  /** Well under the minute after which a node reads a key again without being told. */
  const wellBeforeTtl = { timeout: 10_000, interval: 5 };

  test("a key revoked on one is refused on the other, which had it warm", async () => {
    const { key, secret } = await ask(nodes[0], ["POST", "/keys", { name: "warm" }]);
    expect(await codeOn(nodes[1], secret)).toBe("VALID");
    await ask(nodes[0], ["POST", `/keys/${key.id}/revoke`, { reason: "test" }]);
    await expect.poll(() => codeOn(nodes[1], secret), wellBeforeTtl).toBe("REVOKED");
  });

  test("a key revoked while the other node was reading it for the first time does not come back", async () => {
    for (let trial = 0; trial < 20; trial += 1) {
      const { key, secret } = await ask(nodes[0], ["POST", "/keys", { name: `in flight ${trial}` }]);
      const fills = [1, 2, 3].map(() => codeOn(nodes[1], secret));
      await ask(nodes[0], ["POST", `/keys/${key.id}/revoke`, { reason: "test" }]);
      await Promise.all(fills);
      await expect.poll(() => codeOn(nodes[1], secret), wellBeforeTtl).toBe("REVOKED");
      expect(await codeOn(nodes[1], secret)).toBe("REVOKED");
    }
  });

  test("a rule written on one is enforced at the other's gateway", async () => {
    const call = () =>
      fetch(`${nodes[1].gateway}/${slug}/echo/x`, { headers: { authorization: `Bearer ${admin}` } }).then(
        (answer) => answer.status,
      );
    expect(await call()).toBe(200);
    await ask(nodes[0], [
      "POST",
      "/rules",
      { name: "closed", effect: "deny", attachments: [{ service: "echo" }] },
    ]);
    await expect.poll(call, wellBeforeTtl).toBe(403);
  });

  test("rules swapped on one are enforced by the other, and each decision is made by exactly one version", async () => {
    const [one, other] = nodes;
    const flips = await flipRules(
      { writer: one.portal, asker: other.portal, secret: admin },
      { changes: 40, decisions: 4_000 },
    );
    expect(flips.inconsistent).toEqual([]);
    expect(flips.latenciesMs).toHaveLength(40);
    expect(flips.decisions).toBeGreaterThanOrEqual(4_000);
  });

  test("a role changed on one changes its keys on the other, which had them warm, also while it reads them", async () => {
    await ask(nodes[0], ["POST", "/roles", { name: "crew", scopes: ["read:keys"] }]);
    const { secret } = await ask(nodes[0], ["POST", "/keys", { name: "of the crew", roles: ["crew"] }]);
    const codeThere = async () =>
      (await ask(nodes[1], ["POST", "/keys/verify", { key: secret, scopes: ["read:keys"] }])).code;
    expect(await codeThere()).toBe("VALID");
    for (let trial = 0; trial < 20; trial += 1) {
      await ask(nodes[0], ["PATCH", "/roles/crew", { scopes: [] }]);
      await expect.poll(codeThere, wellBeforeTtl).toBe("INSUFFICIENT_SCOPE");
      const reads = [1, 2, 3].map(codeThere);
      await ask(nodes[0], ["PATCH", "/roles/crew", { scopes: ["read:keys"] }]);
      await Promise.all(reads);
      await expect.poll(codeThere, wellBeforeTtl).toBe("VALID");
    }
  });

  test("an issuer switched off on one is refused by the other, which had its token warm", async () => {
    const key = await testKey();
    const { id } = await ask(nodes[0], [
      "POST",
      "/issuers",
      {
        name: "id",
        issuer: "https://id.test",
        audiences: [testAudience],
        algorithms: ["ES256"],
        jwks: { keys: [key.publicJwk] },
      },
    ]);
    const authorization = `Bearer ${await signToken(key, "https://id.test")}`;
    const codeAtGateway = async () => {
      const answer = await fetch(`${nodes[1].gateway}/${slug}/echo/x`, { headers: { authorization } });
      const { code, detail } = await answer.json();
      return answer.status === 403 ? detail : code;
    };
    const warm = await codeAtGateway();
    for (let trial = 0; trial < 20; trial += 1) {
      await ask(nodes[0], ["PATCH", `/issuers/${id}`, { disabled: true }]);
      await expect.poll(codeAtGateway, wellBeforeTtl).toBe("ISSUER_DISABLED");
      await ask(nodes[0], ["PATCH", `/issuers/${id}`, { disabled: false }]);
      await expect.poll(codeAtGateway, wellBeforeTtl).toBe(warm);
    }
  });

  test("decisions of both nodes are in one list, each with its node's name", async () => {
    const made = await Promise.all(nodes.map((node) => ask(node, ["POST", "/keys/verify", { key: admin }])));
    const read = async () => {
      const found = await Promise.all(
        made.map(({ decision }) => ask(nodes[0], ["GET", `/decisions/${decision}`])),
      );
      return new Set(found.map(({ node }) => node)).size;
    };
    await expect.poll(read, { timeout: 10_000 }).toBe(2);
  });
});
