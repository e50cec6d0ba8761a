import { allRecorded } from "@/bench/recorded";
import { contest, endPeer, type Load, type Result, roundsOf, spreadOf, startPeer } from "@/bench/measure";
import { caddyAsking, nginxAsking, nginxBarely, nginxStatic } from "@/bench/peers/edge-proxies";
import { privateService } from "@/bench/private-service";
import { startPostgres } from "@/lib/testing/servers/parts";
import { createPostgresDatabase } from "@/lib/testing/servers/postgres-database";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";
import { testSecret } from "@/lib/testing/run/test-environment";

const rounds = roundsOf(8);
const seconds = 5;
const path = "/v1/invoices/42?expand=lines";

/**
 * The gateway in front of a private service against nginx and Caddy in front of the same one, both asking our
 * forward-auth about every call as the guide has them do. Beside them nginx with less than the guide asks of it, and nginx
 * that asks for a static 204, for what asking costs it.
 */
export async function benchEdge(): Promise<Result> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const upstream = await startPeer("bench/peers/upstream.ts");
  const postgres = await startPostgres();
  const database = await createPostgresDatabase(postgres.url);
  try {
    return await withServer(database.url, (server) => inTurn(server, `127.0.0.1:${upstream.port}`));
  } finally {
    await database.drop();
    await postgres.stop();
    await endPeer(upstream.child);
  }
}

async function withServer(
  databaseUrl: string,
  work: (server: TestServer) => Promise<Result>,
): Promise<Result> {
  const server = await startServer({ mount: "built", environment: { LISTEN: "api,gateway" }, databaseUrl });
  try {
    return await work(server);
  } finally {
    await server.stop();
    removeData(server);
  }
}

async function inTurn(server: TestServer, upstream: string): Promise<Result> {
  const origin = `http://${upstream}`;
  const settings = (dialect: string) => ({
    forwardAuth: { enabled: true, dialect, callers: ["127.0.0.1/32"] },
  });
  const service = await privateService(server, {
    upstream: origin,
    slug: "invoices",
    settings: settings("nginx"),
  });
  const { workspace, headers } = service;
  await service.add({ upstream: origin, slug: "for-caddy", settings: settings("caddy") });
  const latchkey = new URL(server.portal).host;
  const nginx = await nginxAsking({ upstream, latchkey, workspace, service: "invoices" });
  const caddy = await caddyAsking({ upstream, latchkey, workspace, service: "for-caddy" });
  const question = `/api/v1/forward-auth?workspace=${workspace}&service=invoices`;
  const barely = await nginxBarely({ upstream, latchkey, question });
  const statically = await nginxStatic(upstream);
  const load = (at: string): Load => ({ url: `${at}${path}`, headers });
  try {
    const perSecond = await contest(
      {
        gateway: load(`${server.gateway}/${workspace}/invoices`),
        nginx: load(nginx.origin),
        caddy: load(caddy.origin),
        barely: load(barely.origin),
        static: load(statically.origin),
      },
      { rounds, seconds, settled: () => allRecorded(server.portal) },
    );
    return resultOf(perSecond);
  } finally {
    for (const proxy of [nginx, caddy, barely, statically]) await proxy.stop();
  }
}

function resultOf(perSecond: Readonly<Record<string, number[]>>): Result {
  const row = (what: string, name: string) => ({
    what,
    unit: "answers/s",
    spread: spreadOf(perSecond[name] ?? []),
  });
  const ratio = (name: string) =>
    spreadOf((perSecond.gateway ?? []).map((ours, round) => ours / (perSecond[name]?.[round] ?? NaN)));
  return {
    title: "At the edge",
    note: "The gateway, PostgreSQL, in front of a private service with one rule, a rate limit on the key, every call recorded; nginx `auth_request` and Caddy `forward_auth` in front of the same upstream, asking forward-auth of the same process about the same rule, by the configurations of docs/guides/forward-auth: like the gateway they take the key out and tell the service whose call it is. The barest nginx passes one header on and the caller's key with it. A worker of nginx for each processor. Load, upstream, proxies and database share the machine. 32 connections.",
    rows: [
      row("gateway", "gateway"),
      row("nginx asking forward-auth", "nginx"),
      row("Caddy asking forward-auth", "caddy"),
      row("the barest nginx asking forward-auth", "barely"),
      row("nginx asking for a static 204", "static"),
      { what: "gateway ÷ nginx asking forward-auth", unit: "×", spread: ratio("nginx"), bar: { atLeast: 1 } },
      {
        what: "gateway ÷ Caddy asking forward-auth",
        unit: "×",
        spread: ratio("caddy"),
        bar: { atLeast: 1.5 },
      },
      { what: "gateway ÷ the barest nginx asking forward-auth", unit: "×", spread: ratio("barely") },
      { what: "gateway ÷ nginx asking for a static 204", unit: "×", spread: ratio("static") },
    ],
  };
}
