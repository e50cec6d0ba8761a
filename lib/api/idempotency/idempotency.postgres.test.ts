import { afterEach, expect, inject, test, vi } from "vitest";
import { sql } from "@/lib/db/client";
import { createLatchkey } from "@/lib/client/sdk/client";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

const servers: TestServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    await server.stop("SIGKILL");
    removeData(server);
  }
});

async function node(): Promise<TestServer> {
  const server = await startServer({
    mount: "server",
    databaseUrl: inject("databaseUrl"),
    environment: { LISTEN: "api" },
  });
  servers.push(server);
  return server;
}

test(
  "a write whose node is killed halfway left nothing, and its repeat on another node is done once",
  { timeout: 120_000 },
  async () => {
    const { owner, workspaceId } = await createTestWorkspace();
    const { secret: admin } = await issueKey(owner, { scopes: ["platform:*"] });
    const dying = await node();
    const create = (server: TestServer) =>
      createLatchkey({ origin: server.portal, key: admin, retries: 0 }).createKey(
        { name: "once" },
        { idempotencyKey: "killed-halfway" },
      );
    const blocker = await sql().connect();
    try {
      // The new key's foreign key waits for this row, after the Idempotency-Key was taken in the same transaction.
      await blocker.query("begin");
      await blocker.query("select 1 from workspace where id = $1 for update", [workspaceId]);
      const cutOff = expect(create(dying)).rejects.toMatchObject({ kind: "unreachable" });
      await vi.waitFor(async () => expect(await waiting("insert into%api_key%")).toBe(1), {
        timeout: 20_000,
      });
      await dying.stop("SIGKILL");
      await cutOff;
    } finally {
      await blocker.query("rollback");
      blocker.release();
    }
    const other = await node();
    const [first, second] = await Promise.all([create(other), create(other)]);
    expect(first).toEqual(second);
    expect(await create(other)).toEqual(first);
    const { rows } = await sql().query("select id from api_key where workspace_id = $1 and name = 'once'", [
      workspaceId,
    ]);
    expect(rows).toEqual([{ id: first.key.id }]);
  },
);

/** Statements of this database that wait for a lock. */
async function waiting(pattern: string): Promise<number> {
  const { rows } = await sql().query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query ilike $1`,
    [pattern],
  );
  return rows[0]?.count ?? 0;
}
