import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { startPostgres, startRedis } from "@/lib/testing/servers/parts";
import { createPostgresDatabase } from "@/lib/testing/servers/postgres-database";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { testSecret } from "@/lib/testing/run/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";

export type Nodes = [TestServer, TestServer];

/** Runs with two built nodes on one PostgreSQL and one Redis, all ended afterwards. */
export async function twoNodes<Measured>(
  measure: (nodes: Nodes, databaseUrl: string) => Promise<Measured>,
): Promise<Measured> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  const database = await createPostgresDatabase(postgres.url);
  const start = () =>
    startServer({
      mount: "built",
      databaseUrl: database.url,
      environment: { LISTEN: "api", REDIS_URL: redis.url },
    });
  const nodes: Nodes = [await start(), await start()];
  try {
    return await measure(nodes, database.url);
  } finally {
    for (const node of nodes) {
      await node.stop();
      removeData(node);
    }
    await database.drop();
    await postgres.stop();
    await redis.stop();
  }
}

/** The secret of a key of a new workspace that holds the scopes. */
export async function withAdmin(databaseUrl: string, scopes: string[]): Promise<string> {
  useSecrets({ current: testSecret, previous: [] });
  useBus(memoryBus());
  connectDatabase(databaseUrl, 2);
  const { system } = await createTestWorkspace();
  const { secret } = await createKey(system, CreateKey.parse({ name: "admin", scopes }));
  await disconnectDatabase();
  return secret;
}

export function percentile99(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN;
}
