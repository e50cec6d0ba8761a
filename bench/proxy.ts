import { allRecorded } from "@/bench/recorded";
import { compare, endPeer, roundsOf, startPeer, type Result } from "@/bench/measure";
import { privateService } from "@/bench/private-service";
import { startPostgres } from "@/lib/testing/servers/parts";
import { createPostgresDatabase } from "@/lib/testing/servers/postgres-database";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { testSecret } from "@/lib/testing/run/test-environment";

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
    const { workspace, headers } = await privateService(server, { upstream: origin, slug: "invoices" });
    const ours = { url: `${server.gateway}/${workspace}/invoices${path}`, headers };
    const settled = () => allRecorded(server.portal);
    return await compare({ ours, other: { ...ours, url: bare }, rounds, seconds, settled });
  } finally {
    await server.stop();
    removeData(server);
  }
}
