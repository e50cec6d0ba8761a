import "@/lib/testing/run/set-environment";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, inject } from "vitest";
import { useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { startRecording, stopRecording } from "@/lib/events/recording/start";
import { testSecret } from "@/lib/testing/run/test-environment";

/** Every unit test file is a process of its own on the run's database, with an in-process bus. */
useSecrets({ current: testSecret, previous: [] });
useBus(memoryBus());
connectDatabase(inject("databaseUrl"), 5);

const spools = mkdtempSync(path.join(os.tmpdir(), "latchkey-spool-"));
startRecording({
  root: spools,
  databaseUrl: inject("databaseUrl"),
  loadsIn: "this-thread",
  bytesMax: 2 ** 30,
  whenFull: "refuse",
});

afterAll(async () => {
  await stopRecording();
  await disconnectDatabase();
  rmSync(spools, { recursive: true, force: true });
});
