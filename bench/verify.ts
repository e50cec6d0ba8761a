import { memoryBus } from "@/lib/bus/memory";
import { useBus } from "@/lib/bus/bus";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/schema";
import { removeData, startServer, type TestServer } from "@/lib/testing/start-server";
import { testSecret } from "@/lib/testing/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { allRecorded } from "@/bench/recorded";
import { compare, endPeer, startPeer, type Load, type Result } from "@/bench/measure";

const rounds = 5;
const seconds = 5;

/** `POST /keys/verify`, warm, with limits and recording on, against a bare JSON echo and better-auth's plugin. */
export async function benchVerify(): Promise<Result> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const server = await startServer({ mount: "built", environment: { LISTEN: "api" } });
  const load = await verifyLoad(server);
  const echo = await startPeer("bench/peers/json-echo.ts");
  const peer = await startPeer("bench/peers/better-auth-verify.ts", { DATABASE_URL: server.databaseUrl });
  try {
    const address = (port: number) => `http://127.0.0.1:${port}/`;
    const settled = () => allRecorded(server.portal);
    const against = (port: number) => ({
      ours: load,
      other: { ...load, url: address(port) },
      seconds,
      settled,
    });
    const bare = await compare({ ...against(echo.port), rounds });
    const rival = await compare({ ...against(peer.port), rounds: 3 });
    return {
      title: "POST /keys/verify",
      note: "Warm, a rate limit on the key, every call recorded, embedded database in the same process. 32 connections. Records are spooled before the answer leaves and loaded into the database when the process is less busy, 15 s later at most; the next round waits for that.",
      rows: [
        { what: "bare node:http JSON echo", unit: "answers/s", spread: bare.other },
        { what: "verify", unit: "answers/s", spread: bare.ours },
        { what: "verify ÷ echo", unit: "×", spread: bare.ratio, bar: { atLeast: 0.5 } },
        { what: "99th percentile, verify ÷ echo", unit: "×", spread: bare.p99Ratio, bar: { atMost: 3 } },
        {
          what: "after a round, until all its records are in the database",
          unit: "ms",
          spread: bare.settledMs,
        },
        { what: "better-auth API-key plugin, same database", unit: "answers/s", spread: rival.other },
        { what: "verify ÷ better-auth", unit: "×", spread: rival.ratio, bar: { atLeast: 10 } },
      ],
    };
  } finally {
    await endPeer(echo.child);
    await endPeer(peer.child);
    await server.stop();
    removeData(server);
  }
}

/** A caller that may verify, and a key of a customer with a limit that it never reaches. */
async function verifyLoad(server: TestServer): Promise<Load> {
  useSecrets({ current: testSecret, previous: [] });
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  const { system } = await createTestWorkspace();
  const caller = await createKey(system, CreateKey.parse({ name: "caller", scopes: ["verify:keys"] }));
  const rateLimits = [{ name: "default", algorithm: "token-bucket", limit: 100_000_000, windowSeconds: 60 }];
  const subject = await createKey(
    system,
    CreateKey.parse({ name: "subject", scopes: ["read:invoices"], rateLimits }),
  );
  await disconnectDatabase();
  return {
    url: `${server.portal}/api/v1/keys/verify`,
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${caller.secret}` },
    body: JSON.stringify({ key: subject.secret, scopes: ["read:invoices"] }),
  };
}
