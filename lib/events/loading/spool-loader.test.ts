import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { sql } from "@/lib/db/client";
import { endAbandoned } from "@/lib/events/loading/end-abandoned";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { openSpoolLoader, type LoadingReport } from "@/lib/events/loading/spool-loader";
import { recordingHealth } from "@/lib/events/recording/health";
import { recordDecision, recordingRefusal } from "@/lib/events/recording/record";
import type { RecordingOptions } from "@/lib/events/recording/recorder";
import { startRecording, stopRecording } from "@/lib/events/recording/start";
import { openSpoolWriter } from "@/lib/events/spool/writer";
import { segmentFile, segmentNumbers } from "@/lib/events/spool/segments";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";

interface Found {
  id: string;
  completed: boolean;
  status: number;
  response_bytes: string;
  reason: string;
}

async function rowsOf(workspaceId: string): Promise<Found[]> {
  const { rows } = await sql().query<Found>(
    "select id, completed, status, response_bytes, reason from decision where workspace_id = $1 order by seq",
    [workspaceId],
  );
  return rows;
}

async function callsOf(workspaceId: string): Promise<number> {
  const { rows } = await sql().query<{ calls: number }>(
    "select coalesce(sum(calls), 0)::float8 as calls from usage_per_minute where workspace_id = $1",
    [workspaceId],
  );
  return rows[0]?.calls ?? 0;
}

/** The two records of a call whose answer is streamed. */
function streamed(workspaceId: string) {
  const opened = decisionRecord(workspaceId, { phase: "opened", responseBytes: 0 });
  const completed = { ...opened, phase: "completed" as const, responseBytes: 5_000, totalUs: 90_000 };
  return { opened, completed };
}

test("a streamed call is one row from its head on, and counts once when it ends, in whichever batches", async () => {
  const { workspaceId } = await createTestWorkspace();
  const apart = streamed(workspaceId);
  const together = streamed(workspaceId);
  await insertBatch([apart.opened, together.opened, together.completed], { spool: "a" });
  expect(await rowsOf(workspaceId)).toMatchObject([
    { id: apart.opened.id, completed: false, response_bytes: "0" },
    { id: together.opened.id, completed: true, response_bytes: "5000" },
  ]);
  expect(await callsOf(workspaceId)).toBe(1);
  for (let time = 0; time < 2; time += 1) {
    await insertBatch([apart.completed], { spool: "a" });
    expect((await rowsOf(workspaceId))[0]).toMatchObject({ completed: true, response_bytes: "5000" });
    expect(await callsOf(workspaceId)).toBe(2);
  }
});

test("a batch sent again after an unknown commit changes nothing, also when its two halves now come together", async () => {
  const { workspaceId } = await createTestWorkspace();
  const { opened, completed } = streamed(workspaceId);
  await insertBatch([opened], { spool: "a" });
  for (let time = 0; time < 2; time += 1) {
    await insertBatch([opened, completed, decisionRecord(workspaceId, { id: `evt_${workspaceId}` })]);
    expect(await rowsOf(workspaceId)).toMatchObject([
      { id: opened.id, completed: true, response_bytes: "5000" },
      { completed: true },
    ]);
    expect(await callsOf(workspaceId)).toBe(2);
  }
});

test("an ending whose beginning was lost becomes a row", async () => {
  const { workspaceId } = await createTestWorkspace();
  const { completed } = streamed(workspaceId);
  await insertBatch([completed], { spool: "a" });
  expect(await rowsOf(workspaceId)).toMatchObject([{ id: completed.id, completed: true }]);
  expect(await callsOf(workspaceId)).toBe(1);
});

test("calls that a killed process was answering are ended and counted once; those of others go on", async () => {
  const { workspaceId } = await createTestWorkspace();
  const [ours, theirs] = [streamed(workspaceId), streamed(workspaceId)];
  const spool = `gone-${workspaceId}`;
  await insertBatch([ours.opened], { spool });
  await insertBatch([theirs.opened], { spool: `alive-${workspaceId}` });
  await endAbandoned(spool);
  await endAbandoned(spool);
  expect(await rowsOf(workspaceId)).toMatchObject([
    { completed: true, reason: "NODE_STOPPED" },
    { completed: false, reason: "RULE" },
  ]);
  expect(await callsOf(workspaceId)).toBe(1);
});

test("a spool that outgrew its room loses its oldest segments, counted, and keeps the newest", async () => {
  const { workspaceId } = await createTestWorkspace();
  const directory = temporary();
  const writer = openSpoolWriter(directory);
  const sent = Array.from({ length: 900 }, () =>
    decisionRecord(workspaceId, { path: `/${"p".repeat(60_000)}`, count: 3 }),
  );
  for (const record of sent) {
    writer.append(record);
    writer.commit();
  }
  writer.close();
  const before = segmentNumbers(directory).length;
  const reports: LoadingReport[] = [];
  const loader = openSpoolLoader({
    directory,
    finished: false,
    signals: { live: () => [] },
    limits: { bytesMax: 20 * 1024 * 1024, dropsOldest: true },
    report: (report) => void reports.push(report),
  });
  while ((await loader.step()) > 0);
  loader.close();
  const dropped = reports.reduce((sum, report) => sum + report.dropped, 0);
  const stored = (await rowsOf(workspaceId)).map(({ id }) => id);
  expect(before).toBeGreaterThan(2);
  expect(dropped).toBeGreaterThan(0);
  // Calls are counted, and each of these records stands for three.
  expect(stored).toEqual(sent.slice(dropped / 3).map(({ id }) => id));
  expect(reports.reduce((sum, report) => sum + report.records, 0)).toBe(sent.length);
});

test("places that cannot be read are told, each once, also when nothing else is left to load", async () => {
  const { workspaceId } = await createTestWorkspace();
  const directory = temporary();
  const writer = openSpoolWriter(directory);
  const sent = [decisionRecord(workspaceId), decisionRecord(workspaceId), decisionRecord(workspaceId)];
  for (const record of sent) {
    writer.append(record);
    writer.commit();
  }
  writer.close();
  const file = segmentFile(directory, 1);
  const bytes = readFileSync(file);
  // The last byte of the last frame: what it holds is no longer what was written.
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const reports: LoadingReport[] = [];
  const loader = openSpoolLoader({
    directory,
    finished: true,
    signals: { live: () => [] },
    limits: { bytesMax: 2 ** 30, dropsOldest: false },
    report: (report) => void reports.push(report),
  });
  while ((await loader.step()) > 0);
  appendFileSync(file, Buffer.alloc(40, 0xff));
  expect(await loader.step()).toBe(0);
  expect(await loader.step()).toBe(0);
  loader.close();
  expect((await rowsOf(workspaceId)).map(({ id }) => id)).toEqual(sent.slice(0, 2).map(({ id }) => id));
  expect(reports.map(({ records, damaged }) => [records, damaged])).toEqual([
    [2, 1],
    [0, 1],
  ]);
});

function loaderOf(directory: string, { finished }: { finished: boolean }) {
  return openSpoolLoader({
    directory,
    finished,
    signals: { live: () => [] },
    limits: { bytesMax: 2 ** 30, dropsOldest: false },
    report: () => undefined,
  });
}

test("where no note of how far loading came can be written, loading goes on and makes room", async () => {
  const { workspaceId } = await createTestWorkspace();
  const directory = temporary();
  for (let segment = 0; segment < 3; segment += 1) {
    const writer = openSpoolWriter(directory);
    writer.append(decisionRecord(workspaceId));
    writer.commit();
    writer.close();
  }
  mkdirSync(path.join(directory, "loaded.json.new"));
  const loader = loaderOf(directory, { finished: false });
  while ((await loader.step()) > 0) expect(loader.backOffMs()).toBe(0);
  loader.close();
  expect(await rowsOf(workspaceId)).toHaveLength(3);
  expect(segmentNumbers(directory)).toEqual([3]);
});

test("a segment that cannot be read is tried again, and the spool of a process that is gone is not done with before", async () => {
  const { workspaceId } = await createTestWorkspace();
  const directory = temporary();
  mkdirSync(segmentFile(directory, 1));
  const loader = loaderOf(directory, { finished: true });
  for (let time = 0; time < 2; time += 1) {
    expect(await loader.step()).toBeGreaterThan(0);
    expect(loader.backOffMs()).toBeGreaterThan(0);
  }
  loader.close();
  rmSync(segmentFile(directory, 1), { recursive: true });
  const writer = openSpoolWriter(directory);
  writer.append(decisionRecord(workspaceId));
  writer.commit();
  writer.close();
  const later = loaderOf(directory, { finished: true });
  while ((await later.step()) > 0);
  expect(later.backOffMs()).toBe(0);
  later.close();
  expect(await rowsOf(workspaceId)).toHaveLength(1);
});

test("what calls that are cut off write while the process stops is left for the next one", async () => {
  const { workspaceId } = await createTestWorkspace();
  const root = temporary();
  await restartRecording({ root });
  let taken = 0;
  let stopped = false;
  const stopping = stopRecording().then(() => (stopped = true));
  while (!stopped) {
    recordDecision(decisionRecord(workspaceId));
    taken += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await stopping;
  startRecording({ ...usual, root });
  await restartRecording({});
  expect(await rowsOf(workspaceId)).toHaveLength(taken);
});

test("with no room left calls are refused, and taken again when there is", async () => {
  const { workspaceId } = await createTestWorkspace();
  await restartRecording({ bytesMax: 1 });
  expect(recordingRefusal()).toBeNull();
  recordDecision(decisionRecord(workspaceId));
  expect(recordingRefusal()).toMatch(/cannot be recorded/);
  await restartRecording({});
  expect(recordingRefusal()).toBeNull();
  expect(await rowsOf(workspaceId)).toHaveLength(1);
  expect(recordingHealth().dropped).toBe(0);
});

const usual = {
  databaseUrl: inject("databaseUrl"),
  loadsIn: "this-thread",
  bytesMax: 2 ** 30,
  whenFull: "refuse",
} as const;

async function restartRecording(changes: Partial<RecordingOptions>): Promise<void> {
  await stopRecording();
  startRecording({ ...usual, root: temporary(), ...changes });
}

function temporary(): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-spool-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
