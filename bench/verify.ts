import { memoryBus } from "@/lib/bus/memory";
import { useBus } from "@/lib/bus/bus";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/schema";
import { removeData, startServer, type TestServer } from "@/lib/testing/start-server";
import { testSecret } from "@/lib/testing/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";
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
    const bare = await compare({ ours: load, other: { ...load, url: address(echo.port) }, rounds, seconds });
    const rival = await compare({
      ours: load,
      other: { ...load, url: address(peer.port) },
      rounds: 3,
      seconds,
    });
    return {
      title: "POST /keys/verify",
      note: "Warm, a rate limit on the key, every call recorded, embedded database in the same process. 32 connections.",
      rows: [
        { what: "bare node:http JSON echo", unit: "answers/s", spread: bare.other },
        { what: "verify", unit: "answers/s", spread: bare.ours },
        { what: "verify ÷ echo", unit: "×", spread: bare.ratio, bar: { atLeast: 0.5 } },
        { what: "99th percentile, verify ÷ echo", unit: "×", spread: bare.p99Ratio, bar: { atMost: 3 } },
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
