import { memoryBus } from "@/lib/bus/memory";
import { useBus } from "@/lib/bus/bus";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { testSecret } from "@/lib/testing/run/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";
import type { Load } from "@/bench/measure";

/** A server and what is asked of it. */
export interface Subject {
  server: TestServer;
  load: Load;
  caller: string;
  key: string;
}

/** A built server with a key to verify, for as long as it is used. `built` names another build than the usual one. */
export async function onServer<T>(
  start: { environment: Record<string, string>; built?: string },
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const server = await startServer({ mount: "built", ...start });
  try {
    return await use(await prepare(server));
  } finally {
    await server.stop();
    removeData(server);
  }
}

/** A caller that may verify, and a key with a limit that it never reaches. */
async function prepare(server: TestServer): Promise<Subject> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  useSecrets({ current: testSecret, previous: [] });
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  const { system } = await createTestWorkspace();
  const scopes = ["verify:keys", "read:decisions"];
  const caller = await createKey(system, CreateKey.parse({ name: "caller", scopes }));
  const rateLimits = [{ name: "default", algorithm: "token-bucket", limit: 100_000_000, windowSeconds: 60 }];
  const subject = await createKey(
    system,
    CreateKey.parse({ name: "subject", scopes: ["read:invoices"], rateLimits }),
  );
  await disconnectDatabase();
  const load: Load = {
    url: `${server.portal}/api/v1/keys/verify`,
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${caller.secret}` },
    body: JSON.stringify({ key: subject.secret, scopes: ["read:invoices"] }),
  };
  return { server, load, caller: caller.secret, key: subject.secret };
}
