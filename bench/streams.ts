import { spreadOf, type Result } from "@/bench/measure";
import { percentile99, withAdmin } from "@/bench/two-nodes";
import { connectDatabase, disconnectDatabase, sql } from "@/lib/db/client";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { loadStream } from "@/lib/testing/calls/stream-load";
import { testSecret } from "@/lib/testing/run/test-environment";

const readers = 1_000;
const silent = 100;
const reconnects = 500;
const eventsPerSecond = 200;
const seconds = 60;

/** A thousand readers of one workspace's events, a hundred more that never read, and one that comes back 500 times. */
export async function benchStreams(): Promise<Result> {
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const server = await startServer({ mount: "built", environment: { LISTEN: "api" } });
  try {
    const secret = await withAdmin(server.databaseUrl, ["read:events", "read:keys"]);
    const workspaceId = await onlyWorkspace(server.databaseUrl);
    const load = { server, secret, workspaceId, readers, silent, reconnects, eventsPerSecond, seconds };
    const run = await loadStream(load);
    const none = { atMost: 0 };
    const one = (value: number) => spreadOf([value]);
    return {
      title: "Live events",
      note: `${readers.toLocaleString("en")} readers of server-sent events at ${eventsPerSecond} events a second for ${seconds} s, ${silent} more that never read, and one that reconnected ${run.reconnects} times with Last-Event-ID. ${run.written.toLocaleString("en")} events were written and ${run.delivered.toLocaleString("en")} delivered. Frames of a tenth of a second go out together.`,
      rows: [
        {
          what: "reconnections with Last-Event-ID",
          unit: "times",
          spread: one(run.reconnects),
          bar: { atLeast: reconnects },
        },
        { what: "missed by readers that read", unit: "events", spread: one(run.missed), bar: none },
        { what: "told twice", unit: "events", spread: one(run.doubled), bar: none },
        { what: "dropped for readers that read", unit: "times", spread: one(run.dropped), bar: none },
        {
          what: "missed by the one that reconnected",
          unit: "events",
          spread: one(run.reconnectMissed),
          bar: none,
        },
        { what: "told twice to it", unit: "events", spread: one(run.reconnectDoubled), bar: none },
        { what: "written until read", unit: "ms", spread: spreadOf(run.latenciesMs) },
        {
          what: "written until read, 99th percentile",
          unit: "ms",
          spread: one(percentile99(run.latenciesMs)),
        },
        {
          what: "memory beyond what it had, most",
          unit: "MiB",
          spread: one((run.residentMost - run.residentBefore) / 2 ** 20),
          bar: { atMost: 512 },
        },
      ],
    };
  } finally {
    await server.stop();
    removeData(server);
  }
}

async function onlyWorkspace(databaseUrl: string): Promise<string> {
  connectDatabase(databaseUrl, 1);
  const { rows } = await sql().query<{ id: string }>(
    "select id from workspace order by created_at desc limit 1",
  );
  await disconnectDatabase();
  return rows[0]?.id ?? "";
}
