import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { contest, roundsOf, spreadOf, type Result } from "@/bench/measure";
import { allRecorded } from "@/bench/recorded";
import { onServer, type Subject } from "@/bench/verified-key";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { openEmbedded } from "@/lib/db/embedded/embedded";
import { migrate } from "@/lib/db/migrations/migrate";
import { takeDecision } from "@/lib/events/recording/record";
import { flushRecords, startRecording, stopRecording } from "@/lib/events/recording/start";
import type { DecisionRecord } from "@/lib/events/schema";
import { bundle } from "@/lib/process/build/build";
import { decisionRecord } from "@/lib/testing/decision-record";

const rounds = 9;
const recordsPerRound = 20_000;

const unrecorded = "dist/without-recording/server.mjs";

/** Verification by the built server and by the same build without recording, in turn. */
async function onAndOff() {
  bundle(process.cwd(), {
    entry: "server.ts",
    outfile: unrecorded,
    instead: Object.fromEntries(
      ["record", "start", "health"].map((name) => [
        `@/lib/events/recording/${name}`,
        "./bench/peers/no-recording.ts",
      ]),
    ),
  });
  const environment = { LISTEN: "api" };
  const settled = ({ server }: Subject) => allRecorded(server.portal);
  return onServer({ environment }, (on) =>
    onServer({ environment, built: unrecorded }, async (off) => {
      const perSecond = await contest(
        { on: on.load, off: off.load },
        { rounds: roundsOf(8), seconds: 5, settled: () => settled(on) },
      );
      const { on: recorded = [], off: bare = [] } = perSecond;
      return {
        ours: spreadOf(recorded),
        other: spreadOf(bare),
        ratio: spreadOf(recorded.map((rate, round) => rate / (bare[round] ?? Number.NaN))),
      };
    }),
  );
}

/**
 * How fast decisions become rows on the embedded database, what taking one costs the thread that serves requests, and what
 * recording costs verification in all.
 */
export async function benchRecording(): Promise<Result> {
  const { ours, other, ratio } = await onAndOff();
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-bench-"));
  const database = await openEmbedded(directory);
  try {
    await migrate(database.url);
    connectDatabase(database.url);
    useBus(memoryBus());
    startRecording({
      root: path.join(directory, "spool"),
      databaseUrl: database.url,
      loadsIn: "this-thread",
      bytesMax: 2 ** 30,
      whenFull: "refuse",
    });
    await round();
    const samples = [];
    for (let index = 0; index < rounds; index += 1) samples.push(await round());
    return {
      title: "Recording",
      note: `Records through the spool and the loader into the embedded database with its usage totals, ${recordsPerRound.toLocaleString("en")} a round, ${rounds} rounds; the table grows all the while. Off is the same build with nothing in the place of recording.`,
      rows: [
        { what: "POST /keys/verify, recording off", unit: "answers/s", spread: other },
        { what: "POST /keys/verify, recording on", unit: "answers/s", spread: ours },
        { what: "recording on ÷ off", unit: "×", spread: ratio, bar: { atLeast: 0.85 } },
        {
          what: "decisions stored and counted",
          unit: "rows/s",
          spread: spreadOf(samples.map((sample) => sample.rowsPerSecond)),
        },
        { what: "taking one record", unit: "µs", spread: spreadOf(samples.map((sample) => sample.takeUs)) },
        {
          what: "CPU for one record, database included",
          unit: "µs",
          spread: spreadOf(samples.map((sample) => sample.cpuUs)),
        },
      ],
    };
  } finally {
    await stopRecording();
    await disconnectDatabase();
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function round() {
  const records = Array.from({ length: recordsPerRound }, (_, index) => recordAt(index));
  const used = process.cpuUsage();
  const start = performance.now();
  for (const record of records) takeDecision(record);
  const taken = performance.now();
  if (!(await flushRecords(120_000))) throw new Error("The records were not stored within two minutes");
  const end = performance.now();
  const { user, system } = process.cpuUsage(used);
  return {
    rowsPerSecond: (recordsPerRound / (end - start)) * 1_000,
    takeUs: ((taken - start) / recordsPerRound) * 1_000,
    cpuUs: (user + system) / recordsPerRound,
  };
}

/** As varied as two hundred keys on eight services are. */
function recordAt(index: number): DecisionRecord {
  const key = index % 200;
  return decisionRecord("wsp_bench", {
    credential: {
      id: `key_${key}`,
      secretId: `secret${key}`,
      name: `worker-${key}`,
      prefix: "lk_live",
      customerId: null,
    },
    service: { id: `svc_${index % 8}`, slug: `service-${index % 8}` },
    path: `/v1/payments/${index}`,
    route: "/v1/payments/{id}",
    totalUs: 500 + ((index * 37) % 90_000),
    status: index % 40 === 0 ? 403 : 200,
    verdict: index % 40 === 0 ? "deny" : "allow",
  });
}
