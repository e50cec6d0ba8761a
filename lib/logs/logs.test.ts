import { describe, expect, test } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { Problem } from "@/lib/api/problem";
import { db } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { deleteExpired } from "@/lib/events/retention";
import { flushLogs } from "@/lib/logs/flush";
import { listLogs } from "@/lib/logs/list";
import type { LogFilters, LogLine } from "@/lib/logs/schema";
import { writeLogs } from "@/lib/logs/write";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { decisionRecord } from "@/lib/testing/decision-record";
import { keyActor } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Every line that a list answers, page by page. */
async function allLines(actor: Actor, filters: LogFilters = {}, limit = 100): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let cursor: string | undefined;
  do {
    const page = await listLogs(actor, { ...filters, limit, ...(cursor === undefined ? {} : { cursor }) });
    lines.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return lines;
}

const messages = (lines: readonly LogLine[]) => lines.map((line) => line.message);

function customerKey(workspaceId: string, customerId: string) {
  return keyActor(workspaceId, {
    keyId: `key_${customerId}`,
    customerId,
    scopes: ["read:logs", "write:logs", "flush:logs"],
  });
}

async function service(owner: Actor, slug: string) {
  return createService(owner, CreateService.parse({ slug, upstream: "http://127.0.0.1:9" }));
}

describe("writing lines", () => {
  test("8 writers at once get places without a gap or a double, and every line is there once", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const writer = async (name: number) => {
      for (let round = 0; round < 15; round += 1) {
        const lines = Array.from({ length: 7 }, (_, index) => ({ message: `${name}.${round}.${index}` }));
        expect(await writeLogs(owner, { lines })).toEqual({ accepted: 7, rejected: [], rejectedCount: 0 });
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, name) => writer(name)));
    const stored = await db().logLine.findMany({ where: { workspaceId }, orderBy: { position: "asc" } });
    expect(stored.map(({ position }) => Number(position))).toEqual(
      Array.from({ length: 840 }, (_, index) => index + 1),
    );
    expect(new Set(stored.map(({ message }) => message)).size).toBe(840);
    const trail = await db().trail.findUniqueOrThrow({ where: { workspaceId } });
    expect(Number(trail.logPosition)).toBe(840);
  });

  test("lines of the same id are stored once: within a request, again, and by 8 writers at once", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const lines = ["a", "b", "a"].map((id) => ({ message: `line ${id}`, id }));
    const receipts = await Promise.all(Array.from({ length: 8 }, () => writeLogs(owner, { lines })));
    expect(receipts.map(({ accepted }) => accepted)).toEqual(Array.from({ length: 8 }, () => 3));
    expect(await db().logLine.count({ where: { workspaceId } })).toBe(2);
    await writeLogs(owner, { lines: [{ message: "other", id: "c" }] });
    const trail = await db().trail.findUniqueOrThrow({ where: { workspaceId } });
    expect(Number(trail.logPosition)).toBe(3);
    // Another customer's line of the same id is another line.
    await writeLogs(customerKey(workspaceId, "cus_a"), { lines: [{ message: "mine", id: "a" }] });
    expect(await db().logLine.count({ where: { workspaceId } })).toBe(4);
  });

  test("services that give their lines the same ids lose none to each other", async () => {
    const { owner } = await createTestWorkspace();
    await service(owner, "orders");
    await service(owner, "billing");
    for (let time = 0; time < 2; time += 1)
      for (const slug of ["orders", "billing"])
        await writeLogs(owner, { service: slug, lines: [{ message: `${slug} began`, id: "1" }] });
    await writeLogs(owner, { lines: [{ message: "of none", id: "1" }] });
    expect(messages(await allLines(owner)).sort()).toEqual(["billing began", "of none", "orders began"]);
  });

  test("a line that is not good is named and the rest is stored, in the order in which it came", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const made = await service(owner, "orders");
    const deep = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    const day = 86_400_000;
    const bad: [unknown, RegExp][] = [
      [null, /object/],
      ["text", /object/],
      [{}, /^message: is required$/],
      [{ message: "" }, /^message: /],
      [{ message: "x".repeat(16_385) }, /^message: /],
      [{ message: 5 }, /^message: /],
      [{ message: "m", level: "loud" }, /^level: /],
      [{ message: "m", at: "yesterday" }, /^at: must be a time/],
      [{ message: "m", at: new Date(Date.now() + 2 * day).toISOString() }, /^at: is more than a day ahead$/],
      [{ message: "m", at: "0001-01-01T00:00:00Z" }, /^at: is older than the 30 days/],
      [{ message: "m", service: "nothing" }, /^service: names no service$/],
      [{ message: "m", service: "nul\0" }, /^service: names no service$/],
      [{ message: "m", service: "\ud800" }, /^service: names no service$/],
      [{ message: "m", data: "x".repeat(32_769) }, /^data: is longer than/],
      [{ message: "m", data: deep }, /^data: is deeper than 32 levels$/],
      [{ message: "m", data: { sums: [JSON.parse("-1e400")] } }, /^data: holds a number beyond/],
      [{ message: "m", traceId: "two words" }, /^traceId: /],
      [{ message: "m", id: "" }, /^id: /],
      [{ message: "m", colour: "red" }, /^colour: is not known here$/],
    ];
    const lines = bad.flatMap(([line], index) => [{ message: `good ${index}`, service: made.id }, line]);
    const receipt = await writeLogs(owner, { lines });
    expect(receipt.accepted).toBe(bad.length);
    expect(receipt.rejectedCount).toBe(bad.length);
    for (const [index, { line, message }] of receipt.rejected.entries()) {
      expect(line).toBe(2 * index + 2);
      expect(message).toMatch(bad[index]?.[1] ?? /never/);
    }
    const stored = await db().logLine.findMany({ where: { workspaceId }, orderBy: { position: "asc" } });
    expect(stored.map(({ message }) => message)).toEqual(bad.map((_, index) => `good ${index}`));
    await expect(writeLogs(owner, { lines: [{ message: "" }] })).rejects.toMatchObject({ kind: "invalid" });
    await expect(
      writeLogs(owner, { lines: Array.from({ length: 1_001 }, () => ({ message: "m" })) }),
    ).rejects.toMatchObject({ kind: "too-large" });
  });

  test("control characters stay what they are, keys are masked, and what no database holds is replaced", async () => {
    const { owner } = await createTestWorkspace();
    const tail = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw";
    const key = `acme_eu_live_${tail}`;
    await writeLogs(owner, {
      lines: [
        { message: 'a\r\ndata: b\u2028"\t\u001b[31m', data: { "c\n": "d\r\nid: 9" } },
        {
          message: `with ${key} and x${key}y`,
          traceId: `t_${key}`,
          data: { [key]: [key, `u=${key}&`], n: "\\u0000" },
        },
        { message: "nul \0 half \ud83d whole \u{1f511}", data: { "\0": "\ud800", kept: "\\ud800" } },
      ],
    });
    const [third, second, first] = (await listLogs(owner, { limit: 10 })).items;
    expect(first).toMatchObject({
      message: 'a\r\ndata: b\u2028"\t\u001b[31m',
      data: { "c\n": "d\r\nid: 9" },
    });
    const masked = "acme_eu_live_0123…tuvw";
    expect(JSON.stringify(second)).not.toContain(tail.slice(6, 50));
    expect(second).toMatchObject({
      message: `with ${masked} and x${masked}y`,
      traceId: `t_${masked}`,
      data: { [masked]: [masked, `u=${masked}&`], n: "\\u0000" },
    });
    expect(third).toMatchObject({
      message: "nul \ufffd half \ufffd whole \u{1f511}",
      data: { "\ufffd": "\ufffd", kept: "\\ud800" },
    });
  });

  test("writing, reading and flushing each need their own scope, and nothing is done without it", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const nobody: Actor = { ...owner, scopes: ["*:*", "read:decisions", "read:events"] };
    for (const work of [
      () => writeLogs(nobody, { lines: [{ message: "m" }] }),
      () => listLogs(nobody, { limit: 10 }),
      () => flushLogs(nobody, {}),
    ])
      await expect(work()).rejects.toMatchObject({ kind: "forbidden" });
    expect(await db().logLine.count({ where: { workspaceId } })).toBe(0);
  });
});

describe("the list", () => {
  test("merges written lines and access lines by time, page by page of any size, each once", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const start = Date.now() - 60_000;
    const lines = Array.from({ length: 40 }, (_, index) => ({
      message: `written ${index}`,
      at: new Date(start + Math.floor(index / 4) * 1_000).toISOString(),
    }));
    await writeLogs(owner, { lines });
    await insertBatch(
      Array.from({ length: 40 }, (_, index) =>
        decisionRecord(workspaceId, { atMs: start + Math.floor(index / 2) * 500, path: `/${index}` }),
      ),
    );
    await insertBatch([decisionRecord(workspaceId, { source: "verify", path: "/verify" })]);
    const whole = await allLines(owner);
    expect(whole).toHaveLength(80);
    const times = whole.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((one, other) => other - one));
    for (const source of ["service", "gateway"] as const) {
      const own = whole.filter((line) => line.source === source);
      expect(messages(await allLines(owner, { source }, 7))).toEqual(messages(own));
    }
    const written = whole.filter(({ source }) => source === "service");
    expect(messages(written)).toEqual(lines.map(({ message }) => message).reverse());
    for (const limit of [1, 3, 10, 79, 80])
      expect((await allLines(owner, {}, limit)).map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  });

  test("shows a gateway's call as a line of its level, without a second row", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const credential = { id: "key_a", secretId: "s", name: "a", prefix: "lk_live", customerId: "cus_a" };
    const records = [
      decisionRecord(workspaceId, { totalUs: 12_400, credential, traceId: "trace-1" }),
      decisionRecord(workspaceId, { verdict: "deny", status: 403, totalUs: 999 }),
      decisionRecord(workspaceId, { verdict: "limited", status: 429 }),
      decisionRecord(workspaceId, { method: "POST", status: 404 }),
      decisionRecord(workspaceId, { status: 502 }),
      decisionRecord(workspaceId, { verdict: "deny", status: 503 }),
    ];
    for (const [index, record] of records.entries()) record.atMs = Date.now() - index * 1_000;
    await insertBatch(records);
    const lines = await allLines(owner);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["info", "GET /v1/invoices 200 12 ms"],
      ["warn", "GET /v1/invoices 403 <1 ms"],
      ["warn", "GET /v1/invoices 429 1 ms"],
      ["warn", "POST /v1/invoices 404 1 ms"],
      ["error", "GET /v1/invoices 502 1 ms"],
      ["error", "GET /v1/invoices 503 1 ms"],
    ]);
    expect(lines[0]).toMatchObject({
      id: records[0]?.id,
      decision: records[0]?.id,
      source: "gateway",
      customer: "cus_a",
      traceId: "trace-1",
      address: "203.0.113.7",
    });
    expect(await db().logLine.count({ where: { workspaceId } })).toBe(0);
    // What the database looks for is what is shown.
    for (const { message, level } of lines)
      expect(messages(await allLines(owner, { q: message.toUpperCase(), level }))).toContain(message);
  });

  test("is narrowed by service, least level, text, trace and time", async () => {
    const { owner } = await createTestWorkspace();
    await service(owner, "orders");
    const { id } = await service(owner, "billing");
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    await writeLogs(owner, {
      service: "orders",
      lines: [
        { message: "Order placed", at: at(9) },
        { message: "Card declined 100%", level: "warn", service: id, traceId: "t-1", at: at(8) },
        { message: "Crashed", level: "fatal", at: at(7) },
        { message: "looking", level: "trace", at: at(6) },
      ],
    });
    const found = async (filters: LogFilters) => messages(await allLines(owner, filters));
    expect(await found({ service: "orders" })).toEqual(["looking", "Crashed", "Order placed"]);
    expect(await found({ service: id })).toEqual(["Card declined 100%"]);
    expect(await found({ service: "nothing" })).toEqual([]);
    expect(await found({ level: "warn" })).toEqual(["Crashed", "Card declined 100%"]);
    expect(await found({ q: "CARD" })).toEqual(["Card declined 100%"]);
    expect(await found({ q: "100%" })).toEqual(["Card declined 100%"]);
    expect(await found({ q: "_" })).toEqual([]);
    expect(await found({ traceId: "t-1" })).toEqual(["Card declined 100%"]);
    expect(await found({ from: at(8.5), to: at(6.5) })).toEqual(["Crashed", "Card declined 100%"]);
    expect((await allLines(owner, { service: "billing" }))[0]).toMatchObject({ service: "billing" });
  });

  test("one bound to a customer sees and writes that customer's lines only, and flushes none", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const other = await createTestWorkspace();
    const of = (customerId: string) => ({
      id: "key_a",
      secretId: "s",
      name: "a",
      prefix: "lk_live",
      customerId,
    });
    await insertBatch([
      decisionRecord(workspaceId, { credential: of("cus_a"), path: "/a" }),
      decisionRecord(workspaceId, { credential: of("cus_b"), path: "/b" }),
    ]);
    const bound = customerKey(workspaceId, "cus_a");
    await writeLogs(owner, { lines: [{ message: "the provider's" }] });
    await writeLogs(bound, { lines: [{ message: "a's" }] });
    await writeLogs(customerKey(workspaceId, "cus_b"), { lines: [{ message: "b's" }] });
    expect(messages(await allLines(bound)).sort()).toEqual(["GET /a 200 1 ms", "a's"]);
    expect(await allLines(owner)).toHaveLength(5);
    expect(await allLines(other.owner)).toEqual([]);
    await expect(flushLogs(bound, {})).rejects.toMatchObject({ kind: "forbidden" });
  });

  test("a search looks at a bounded stretch per page, and the pages together find all there is", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const start = Date.now() - 3_600_000;
    for (let batch = 0; batch < 42; batch += 1)
      await writeLogs(owner, {
        lines: Array.from({ length: 1_000 }, (_, index) => ({
          message: (batch * 1_000 + index) % 20_001 === 0 ? "needle" : "hay",
          at: new Date(start + batch * 1_000 + index).toISOString(),
        })),
      });
    await insertBatch([decisionRecord(workspaceId, { atMs: start - 1_000, path: "/needle" })]);
    const first = await listLogs(owner, { q: "needle", limit: 10 });
    expect(first.items.length).toBeLessThan(4);
    expect(first.nextCursor).not.toBeNull();
    expect(messages(await allLines(owner, { q: "needle" }, 10))).toEqual([
      "needle",
      "needle",
      "needle",
      "GET /needle 200 1 ms",
    ]);
  });

  test("a cursor of another list or none at all is refused", async () => {
    const { owner } = await createTestWorkspace();
    await expect(listLogs(owner, { limit: 10, cursor: "abc" })).rejects.toBeInstanceOf(Problem);
  });
});

describe("a flush", () => {
  test("empties one service's log or all of it, hides access lines, keeps decisions, and is audited and told", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const orders = await service(owner, "orders");
    await service(owner, "billing");
    const before = [
      decisionRecord(workspaceId, { service: { id: orders.id, slug: "orders" }, path: "/o" }),
      decisionRecord(workspaceId, { path: "/none" }),
    ];
    await insertBatch(before);
    await writeLogs(owner, { service: "orders", lines: [{ message: "o" }] });
    await writeLogs(owner, { service: "billing", lines: [{ message: "b" }] });
    const { at, deleted } = await flushLogs(owner, { service: "orders" });
    expect(deleted).toBe(1);
    expect(messages(await allLines(owner)).sort()).toEqual(["GET /none 200 1 ms", "b"]);
    await writeLogs(owner, { service: "orders", lines: [{ message: "later" }] });
    await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(at) + 1);
    await insertBatch([decisionRecord(workspaceId, { path: "/later", atMs: Date.now() })]);
    expect(messages(await allLines(owner)).sort()).toEqual([
      "GET /later 200 1 ms",
      "GET /none 200 1 ms",
      "b",
      "later",
    ]);
    expect(await flushLogs(owner, {})).toMatchObject({ deleted: 2 });
    expect(await allLines(owner)).toEqual([]);
    expect(await db().decision.count({ where: { workspaceId } })).toBe(3);
    const trail = await db().auditEntry.findMany({ where: { workspaceId, action: "logs.flush" } });
    expect(trail.map(({ subject }) => subject)).toEqual([orders.id, null]);
    expect(await db().event.count({ where: { workspaceId, type: "logs.flush" } })).toBe(2);
    await expect(flushLogs(owner, { service: "nothing" })).rejects.toMatchObject({ kind: "not-found" });
  });

  test("beside 4 writers: what was written before is gone, what was written after stays, nothing is in between", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    let stop = false;
    const writer = async (name: number) => {
      for (let round = 0; !stop; round += 1)
        await writeLogs(owner, { lines: [{ message: `${name}`, data: { round } }] });
    };
    const writers = [1, 2, 3, 4].map(writer);
    for (let flushes = 0; flushes < 5; flushes += 1) {
      await expect.poll(() => db().logLine.count({ where: { workspaceId } })).toBeGreaterThan(4);
      await flushLogs(owner, {});
    }
    stop = true;
    await Promise.all(writers);
    const flush = await db().logFlush.findFirstOrThrow({ where: { workspaceId } });
    const trail = await db().trail.findUniqueOrThrow({ where: { workspaceId } });
    const left = await db().logLine.findMany({ where: { workspaceId }, orderBy: { position: "asc" } });
    const expected = Array.from(
      { length: Number(trail.logPosition - flush.position) },
      (_, index) => Number(flush.position) + 1 + index,
    );
    expect(left.map(({ position }) => Number(position))).toEqual(expected);
  });

  test("that was killed while it deleted shows nothing of what it flushed, and retention deletes the rest", async () => {
    const { workspaceId, owner } = await createTestWorkspace();
    const { id: serviceId } = await service(owner, "orders");
    const flushed = (of: string, position: number) =>
      db().logFlush.create({ data: { workspaceId, serviceId: of, at: new Date(), position } });
    await writeLogs(owner, { lines: [{ message: "a" }, { message: "b" }] });
    await flushed("", 2);
    await writeLogs(owner, { lines: [{ message: "c" }, { message: "of orders", service: "orders" }] });
    await flushed(serviceId, 4);
    expect(messages(await allLines(owner))).toEqual(["c"]);
    await deleteExpired();
    const left = await db().logLine.findMany({ where: { workspaceId } });
    expect(left.map(({ message }) => message)).toEqual(["c"]);
  });
});

test("retention deletes lines older than the workspace keeps them", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const at = new Date(Date.now() - 5 * 86_400_000).toISOString();
  await writeLogs(owner, { lines: [{ message: "old", at }, { message: "new" }] });
  await db().workspace.update({ where: { id: workspaceId }, data: { logRetentionDays: 4 } });
  await deleteExpired();
  const left = await db().logLine.findMany({ where: { workspaceId } });
  expect(left.map(({ message }) => message)).toEqual(["new"]);
});
