import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { uploadLines } from "@/lib/logs/intake/upload-lines";
import { uploadBytesMax } from "@/lib/logs/schema";
import { uploadLogs, type Upload } from "@/lib/logs/upload";
import type { Actor } from "@/lib/api/actor";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const upload = (body: AsyncIterable<Uint8Array>, given: Partial<Upload> = {}): Upload => ({
  body,
  announcedBytes: null,
  idempotencyKey: null,
  requestId: "req_test",
  ...given,
});

/** Bytes that are held once all garbage is collected. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

const bytes = (text: string) => new TextEncoder().encode(text);

async function* parts(...texts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(typeof text === "string" ? bytes(text) : text);
}

test("lines are cut whole whatever the size of the parts, with their numbers", async () => {
  const text = 'one\r\n\n{"a":"ü"}\nlast';
  for (const size of [1, 2, 3, 7, 100]) {
    const whole = bytes(text);
    const cut = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    );
    const lines: [number, string][] = [];
    for await (const { line, bytes: found } of uploadLines(parts(...cut)))
      lines.push([line, new TextDecoder().decode(found ?? new Uint8Array())]);
    expect(lines).toEqual([
      [1, "one"],
      [3, '{"a":"ü"}'],
      [4, "last"],
    ]);
  }
});

test("an upload is read no faster than it is stored, and only a few batches of it are held", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const total = Number(process.env.UPLOAD_LINES ?? 12_000);
  let produced = 0;
  let aheadMost = 0;
  let heldMost = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    while (produced < total) {
      yield bytes(`{"message":"line ${produced}","data":{"filler":"${"x".repeat(200)}"}}\n`);
      produced += 1;
      if (produced % 1_000 === 0) {
        const stored = await db().logLine.count({ where: { workspaceId } });
        aheadMost = Math.max(aheadMost, produced - stored);
        if (produced % 4_000 === 0) heldMost = Math.max(heldMost, heldBytes());
      }
    }
  }
  const before = heldBytes();
  const receipt = await uploadLogs(owner, upload(endless()));
  expect(receipt).toEqual({ accepted: total, rejected: [], rejectedCount: 0 });
  expect(await db().logLine.count({ where: { workspaceId } })).toBe(total);
  expect(aheadMost).toBeLessThanOrEqual(2_000);
  // Two batches and what their statements need, however long the upload is.
  expect(heldMost - before).toBeLessThan(20_000_000);
}, 300_000);

test("what is wrong halfway says how much is stored: a body of too many bytes or lines, or one that breaks off", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  await expect(
    uploadLogs(owner, upload(parts(), { announcedBytes: uploadBytesMax + 1 })),
  ).rejects.toMatchObject({
    kind: "too-large",
  });
  const lines = '{"message":"m"}\n'.repeat(1_500);
  async function* tooLarge(): AsyncGenerator<Uint8Array> {
    yield* parts(lines);
    const endless = new Uint8Array(1_048_576).fill(120);
    for (let sent = 0; sent <= uploadBytesMax; sent += endless.length) yield* parts(endless);
  }
  async function* tooMany(): AsyncGenerator<Uint8Array> {
    yield* parts(lines, new Uint8Array(1_048_576).fill(10));
  }
  await expect(uploadLogs(owner, upload(tooMany()))).rejects.toMatchObject({
    kind: "too-large",
    extra: { members: { accepted: 1_000, rejectedCount: 0 } },
  });
  await expect(uploadLogs(owner, upload(tooLarge()))).rejects.toMatchObject({
    kind: "too-large",
    extra: { members: { accepted: 1_000, rejectedCount: 0 } },
  });
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield* parts(lines);
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
  await expect(uploadLogs(owner, upload(broken()))).rejects.toMatchObject({
    kind: "bad-request",
    extra: { members: { accepted: 1_000 } },
  });
  expect(await db().logLine.count({ where: { workspaceId } })).toBe(3_000);
});

test("the same line under the same Idempotency-Key is another line from another sender, and for another service", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const other = callerOf(workspaceId, await issueKey(owner, { scopes: ["write:logs"] }));
  for (const slug of ["shop", "billing"])
    await createService(owner, CreateService.parse({ slug, upstream: "http://echo.latchkey.internal" }));
  const send = (actor: Actor, service: string) =>
    uploadLogs(
      actor,
      upload(parts('{"message":"started"}\n{"message":"started"}'), { service, idempotencyKey: "hourly" }),
    );
  for (let time = 0; time < 2; time += 1)
    for (const actor of [owner, other]) for (const service of ["shop", "billing"]) await send(actor, service);
  // Two lines that say the same are two, and four uploads were sent twice.
  expect(await db().logLine.count({ where: { workspaceId } })).toBe(8);
});

test("of many refused lines the first hundred are named and all are counted; what is no UTF-8 is refused", async () => {
  const { owner } = await createTestWorkspace();
  const bad = "nothing\n".repeat(2_345);
  const receipt = await uploadLogs(
    owner,
    upload(parts(bad, new Uint8Array([0xff, 0xfe, 10]), '{"message":"good"}')),
  );
  expect(receipt).toMatchObject({ accepted: 1, rejectedCount: 2_346 });
  expect(receipt.rejected.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
});
