import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { db } from "@/lib/db/client";
import { issueKey } from "@/lib/testing/issue-key";
import { addCustomer } from "@/lib/testing/customer";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

/** Two nodes need a database that both can open, so this runs on PostgreSQL and Redis only. */
const redis = process.env.TEST_REDIS_URL ?? "";

/** Well under the minute after which a node reads a key again without being told. */
const wellBeforeTtl = { timeout: 10_000, interval: 5 };

describe("customers on two nodes of one PostgreSQL and one Redis", () => {
  let nodes: [TestServer, TestServer];
  let workspace: TestWorkspace;
  let admin: string;

  beforeAll(async () => {
    const start = () =>
      startServer({
        mount: "server",
        databaseUrl: inject("databaseUrl"),
        environment: { LISTEN: "api", REDIS_URL: redis },
      });
    nodes = [await start(), await start()];
    workspace = await createTestWorkspace();
    admin = (await issueKey(workspace.system, { scopes: ["platform:*", "*:*"] })).secret;
  });

  afterAll(async () => {
    for (const node of nodes) {
      await node.stop();
      removeData(node);
    }
  });

  async function ask(node: TestServer, [method, path, body]: [string, string, unknown?], bearer = admin) {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    const answer = await fetch(`${node.portal}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
  }

  const verify = async (node: TestServer, key: string) =>
    (await ask(node, ["POST", "/keys/verify", { key }])).body;

  test("a customer disabled on one has its warm keys refused on the other, and enabled they work again", async () => {
    const { id } = await addCustomer(workspace.system);
    const { secret } = await issueKey(workspace.system, { customer: id });
    const codeThere = async () => (await verify(nodes[1], secret)).code;
    expect(await codeThere()).toBe("VALID");
    await ask(nodes[0], ["PATCH", `/customers/${id}`, { disabled: true }]);
    expect((await verify(nodes[0], secret)).code).toBe("DISABLED");
    await expect.poll(codeThere, wellBeforeTtl).toBe("DISABLED");
    await ask(nodes[0], ["PATCH", `/customers/${id}`, { disabled: false }]);
    await expect.poll(codeThere, wellBeforeTtl).toBe("VALID");
  });

  test("a ceiling lowered on one caps warm keys on the other", async () => {
    const { id } = await addCustomer(workspace.system);
    const { secret } = await issueKey(workspace.system, { customer: id, scopes: ["read:*"] });
    const scopesThere = async () => (await verify(nodes[1], secret)).scopes;
    expect(await scopesThere()).toEqual(["read:*"]);
    await ask(nodes[0], ["PATCH", `/customers/${id}`, { scopeCeiling: ["*:invoices"] }]);
    await expect.poll(scopesThere, wellBeforeTtl).toEqual(["read:invoices"]);
  });

  test("keys made at both at once are exactly as many as the customer may have", async () => {
    const { id } = await addCustomer(workspace.system, { keyCountMax: 5 });
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ask(nodes[index % 2 === 0 ? 0 : 1], ["POST", "/keys", { name: `key ${index}`, customer: id }]),
      ),
    );
    const statuses = made.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([...Array(5).fill(201), ...Array(15).fill(409)]);
    expect(await db().key.count({ where: { customerId: id, revokedAt: null } })).toBe(5);
  });

  test("a code exchanged at both at once gives one token; its end on one counts on the other at once", async () => {
    const { id } = await addCustomer(workspace.system);
    const input = { customer: id, capabilities: ["keys:read"] };
    const { body: session } = await ask(nodes[0], ["POST", "/portal-sessions", input]);
    const answers = await Promise.all(
      [0, 1, 0, 1].map((at) =>
        ask(nodes[at === 0 ? 0 : 1], ["POST", "/portal-sessions/exchange", { code: session.code }]),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
    const token = answers.find(({ status }) => status === 200)?.body.token;
    expect((await ask(nodes[1], ["GET", "/keys"], token)).status).toBe(200);
    await ask(nodes[0], ["DELETE", `/portal-sessions/${session.id}`]);
    expect((await ask(nodes[1], ["GET", "/keys"], token)).status).toBe(401);
  });
});
