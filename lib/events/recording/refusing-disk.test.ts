import fs from "node:fs";
import { createServer } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, inject, onTestFinished, test, vi } from "vitest";
import { sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { recordingHealth } from "@/lib/events/recording/health";
import {
  recordDecision,
  recordingRefusal,
  recordOrRefuse,
  recordRoleCheck,
  takeDecision,
} from "@/lib/events/recording/record";
import { flushRecords, startRecording, stopRecording } from "@/lib/events/recording/start";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { handleVerify } from "@/lib/keys/verification/verify-handler";
import { atEndOfTurn } from "@/lib/process/end-of-turn";
import { freePort } from "@/lib/process/listeners/free-port";
import { decisionRecord } from "@/lib/testing/decision-record";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** The disk as the spool's writer meets it; it writes at a place of its own choosing. */
const disk = { refuses: false, tries: 0 };

const { writeSync } = fs;
Object.assign(fs, {
  writeSync(...given: [number, Buffer, number, number, number]) {
    if (given.length === 5) disk.tries += 1;
    if (given.length === 5 && disk.refuses)
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    return writeSync(...given);
  },
});
syncBuiltinESMExports();
afterAll(() => {
  Object.assign(fs, { writeSync });
  syncBuiltinESMExports();
});

beforeEach(async () => {
  await stopRecording();
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "latchkey-spool-"));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  startRecording({
    root,
    databaseUrl: inject("databaseUrl"),
    loadsIn: "this-thread",
    bytesMax: 2 ** 30,
    whenFull: "refuse",
  });
  Object.assign(disk, { refuses: true, tries: 0 });
});
afterEach(() => void (disk.refuses = false));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function stored(workspaceId: string): Promise<number> {
  const { rows } = await sql().query<{ n: number }>(
    "select count(*)::int as n from decision where workspace_id = $1",
    [workspaceId],
  );
  return rows[0]?.n ?? 0;
}

test("answers whose records the disk refuses wait, however many, at the price of one try each 100 ms", async () => {
  const { workspaceId } = await createTestWorkspace();
  disk.tries = 0;
  let sent = 0;
  for (let call = 0; call < 100; call += 1) {
    takeDecision(decisionRecord(workspaceId));
    atEndOfTurn(() => (sent += 1));
  }
  await pause(550);
  expect(sent).toBe(0);
  expect(disk.tries).toBeLessThan(25);
  expect(recordingRefusal()).toMatch(/the disk refuses/);
  disk.refuses = false;
  await vi.waitUntil(() => sent === 100, 2_000);
  expect(recordingRefusal()).toBeNull();
  await flushRecords();
  expect(await stored(workspaceId)).toBe(100);
});

test("calls are taken again by themselves when the disk is back, though nobody called meanwhile", async () => {
  const { workspaceId } = await createTestWorkspace();
  recordDecision(decisionRecord(workspaceId));
  expect(recordingRefusal()).toMatch(/the disk refuses/);
  disk.refuses = false;
  await vi.waitUntil(() => recordingRefusal() === null, 2_000);
  expect(recordingHealth().lastError).toBeNull();
  await flushRecords();
  expect(await stored(workspaceId)).toBe(1);
});

test("an answer that cannot wait for the end of its turn is a refusal", async () => {
  const { workspaceId } = await createTestWorkspace();
  expect(() => recordOrRefuse(decisionRecord(workspaceId))).toThrow(/the disk refuses/);
  disk.refuses = false;
  await vi.waitUntil(() => recordingRefusal() === null, 2_000);
  expect(() => recordOrRefuse(decisionRecord(workspaceId))).not.toThrow();
});

test("role checks that cannot be recorded pile up neither in memory nor as tries of the disk", async () => {
  const { workspaceId } = await createTestWorkspace();
  const check = () =>
    recordRoleCheck({
      id: newId("evt"),
      atMs: Date.now(),
      workspaceId,
      customerId: null,
      check: { key: { id: "key_x", name: "x" }, scope: "read:keys", endpoint: "GET /", granted: true },
    });
  const before = recordingHealth().pending;
  disk.tries = 0;
  for (let call = 0; call < 1_000; call += 1) expect(check).toThrow(/the disk refuses/);
  expect(recordingHealth().pending - before).toBeLessThanOrEqual(1);
  expect(disk.tries).toBeLessThanOrEqual(2);
  disk.refuses = false;
  await vi.waitUntil(() => recordingRefusal() === null, 2_000);
  expect(check).not.toThrow();
});

test("while one verification waits for the disk, the next is refused at once", async () => {
  const { system } = await createTestWorkspace();
  disk.refuses = false;
  const { secret } = await issueKey(system, { scopes: ["verify:keys"] });
  expect(await authenticateSecret(secret)).toMatchObject({ ok: true });
  const port = await freePort();
  const server = createServer((request, response) => {
    if (!handleVerify(request, response)) response.writeHead(500).end();
  }).listen(port, "127.0.0.1");
  onTestFinished(() => void server.close());
  const verify = () =>
    fetch(`http://127.0.0.1:${port}/api/v1/keys/verify`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ key: secret }),
      signal: AbortSignal.timeout(5_000),
    });
  disk.refuses = true;
  const waiting = verify();
  await vi.waitUntil(() => recordingRefusal() !== null, 2_000);
  const refused = await verify();
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).not.toBeNull();
  disk.refuses = false;
  expect(await (await waiting).json()).toMatchObject({ valid: true });
  expect((await verify()).status).toBe(200);
});
