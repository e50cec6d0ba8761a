import { allRecorded } from "@/bench/recorded";
import { compare, endPeer, roundsOf, startPeer, type Load, type Result } from "@/bench/measure";
import { memoryBus } from "@/lib/bus/memory";
import { useBus } from "@/lib/bus/bus";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/schema";
import { startPostgres } from "@/lib/testing/parts";
import { createPostgresDatabase } from "@/lib/testing/postgres-database";
import { removeData, startServer, type TestServer } from "@/lib/testing/start-server";
import { testSecret } from "@/lib/testing/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";

const rounds = roundsOf(7);
const seconds = 5;
const path = "/v1/invoices/42?expand=lines";

/**
 * The gateway in front of a private service, with a rule, a limit and recording on, against a bare proxy to the same
 * upstream: on PostgreSQL, as it is deployed, and on the embedded database, whose work is then the gateway's own process'.
 */
export async function benchGateway(): Promise<Result> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const upstream = await startPeer("bench/peers/upstream.ts");
  const origin = `http://127.0.0.1:${upstream.port}`;
  const bare = await startPeer("bench/peers/bare-proxy.ts", { UPSTREAM: origin });
  const against = { origin, bare: `http://127.0.0.1:${bare.port}${path}` };
  try {
    const deployed = await onPostgres(against);
    const embedded = await onDatabase(against);
    return {
      title: "Gateway",
      note: "A private service with one rule, a rate limit on the key, every call recorded; a small JSON answer. The bare proxy is node:http in front of undici. Load, upstream, proxy and database share the machine. 32 connections.",
      rows: [
        { what: "bare node:http reverse proxy", unit: "answers/s", spread: deployed.other },
        { what: "gateway, PostgreSQL", unit: "answers/s", spread: deployed.ours },
        {
          what: "gateway, PostgreSQL ÷ bare proxy",
          unit: "×",
          spread: deployed.ratio,
          bar: { atLeast: 0.6 },
        },
        { what: "gateway, embedded database", unit: "answers/s", spread: embedded.ours },
        { what: "gateway, embedded database ÷ bare proxy", unit: "×", spread: embedded.ratio },
        { what: "99th percentile, PostgreSQL ÷ bare proxy", unit: "×", spread: deployed.p99Ratio },
      ],
    };
  } finally {
    await endPeer(upstream.child);
    await endPeer(bare.child);
  }
}

interface Against {
  /** The upstream. */
  origin: string;
  /** The call through the bare proxy. */
  bare: string;
}

async function onPostgres(against: Against) {
  const postgres = await startPostgres();
  const database = await createPostgresDatabase(postgres.url);
  try {
    return await onDatabase(against, database.url);
  } finally {
    await database.drop();
    await postgres.stop();
  }
}

/** Without `databaseUrl` on the embedded database. */
async function onDatabase({ origin, bare }: Against, databaseUrl?: string) {
  const where = databaseUrl === undefined ? {} : { databaseUrl };
  const server = await startServer({ mount: "built", environment: { LISTEN: "api,gateway" }, ...where });
  try {
    const ours = await gatewayLoad(server, origin);
    const settled = () => allRecorded(server.portal);
    return await compare({ ours, other: { ...ours, url: bare }, rounds, seconds, settled });
  } finally {
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
