import { compare, endPeer, startPeer, type Load, type Result } from "@/bench/measure";
import { memoryBus } from "@/lib/bus/memory";
import { useBus } from "@/lib/bus/bus";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/schema";
import { removeData, startServer, type TestServer } from "@/lib/testing/start-server";
import { testSecret } from "@/lib/testing/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";

const rounds = Number(process.env.G_ROUNDS ?? 7);
const seconds = Number(process.env.G_SECONDS ?? 5);
const path = "/v1/invoices/42?expand=lines";

/** The gateway in front of a private service, with a rule, a limit and recording on, against a bare proxy to the same upstream. */
export async function benchGateway(): Promise<Result> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const upstream = await startPeer("bench/peers/upstream.ts");
  const origin = `http://127.0.0.1:${upstream.port}`;
  const bare = await startPeer("bench/peers/bare-proxy.ts", { UPSTREAM: origin });
  const server = await startServer({ mount: "server", environment: { LISTEN: "api,gateway" } });
  try {
    const ours = await gatewayLoad(server, origin);
    const other: Load = { ...ours, url: `http://127.0.0.1:${bare.port}${path}` };
    const result = await compare({ ours, other, rounds, seconds });
    return {
      title: "Gateway",
      note: "A private service with one rule, a rate limit on the key, every call recorded, embedded database in the same process; a small JSON answer. The bare proxy is node:http in front of undici. 32 connections.",
      rows: [
        { what: "bare node:http reverse proxy", unit: "answers/s", spread: result.other },
        { what: "gateway", unit: "answers/s", spread: result.ours },
        { what: "gateway ÷ bare proxy", unit: "×", spread: result.ratio, bar: { atLeast: 0.6 } },
        { what: "99th percentile, gateway ÷ bare proxy", unit: "×", spread: result.p99Ratio },
      ],
    };
  } finally {
    await endPeer(upstream.child);
    await endPeer(bare.child);
    await server.stop();
    removeData(server);
  }
}

/** A private service in front of the upstream, a rule that allows the call, and a key with a limit that it never reaches. */
async function gatewayLoad(server: TestServer, upstream: string): Promise<Load> {
  useSecrets({ current: testSecret, previous: [] });
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  const { system, slug } = await createTestWorkspace();
  const admin = await createKey(
    system,
    CreateKey.parse({ name: "admin", scopes: ["create:services", "create:rules"] }),
  );
  const rateLimits = [{ name: "default", algorithm: "token-bucket", limit: 100_000_000, windowSeconds: 60 }];
  const key = await createKey(
    system,
    CreateKey.parse({ name: "caller", scopes: ["read:invoices"], rateLimits }),
  );
  await disconnectDatabase();
  await post(server, { path: "/services", key: admin.secret, body: { slug: "invoices", upstream } });
  const when = {
    method: ["GET"],
    route: "/v1/invoices/{id?}",
    credential: { scopes: { contains: "read:invoices" } },
  };
  const rule = { name: "read-invoices", effect: "allow", when, attachments: [{ service: "invoices" }] };
  await post(server, { path: "/rules", key: admin.secret, body: rule });
  return {
    url: `${server.gateway}/${slug}/invoices${path}`,
    headers: { authorization: `Bearer ${key.secret}` },
  };
}

async function post(
  server: TestServer,
  { path, key, body }: { path: string; key: string; body: unknown },
): Promise<void> {
  const answer = await fetch(`${server.portal}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}
