import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DecisionRecord } from "@/lib/events/schema";
import { adoptSpools, createSpool, readPosition, writePosition } from "@/lib/events/spool/directory";
import { openSpoolReader } from "@/lib/events/spool/reader";
import { createRecordReader, createRecordWriter, roleCheckText } from "@/lib/events/spool/record-text";
import { segmentFile, segmentNumbers } from "@/lib/events/spool/segments";
import { openSpoolWriter } from "@/lib/events/spool/writer";
import { decisionRecord } from "@/lib/testing/decision-record";

let directory: string;
beforeEach(() => (directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-spool-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const records = (count: number) =>
  Array.from({ length: count }, (_, index) => decisionRecord("wsp_a", { path: `/call/${index}` }));

function write(groups: DecisionRecord[][]): void {
  const writer = openSpoolWriter(directory);
  for (const group of groups) {
    for (const record of group) writer.append(record);
    expect(writer.commit()).toBe(true);
  }
  writer.close();
}

const readAll = (from: { segment: number; offset: number } | null = null) =>
  openSpoolReader(directory, { from, finished: true }).read(Number.MAX_SAFE_INTEGER);

const ids = (list: readonly DecisionRecord[]) => list.map(({ id }) => id);

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom('"', "\\", "\n", "\u2028", "größer", "/v1/a"),
);
const anyRecord = fc
  .record({
    phase: fc.constantFrom("whole", "opened", "completed"),
    workspaceId: fc.constantFrom("wsp_a", "wsp_b"),
    credential: fc.option(
      fc.record({
        id: text,
        secretId: fc.constantFrom("s1", "s2"),
        name: text,
        prefix: text,
        customerId: fc.option(text),
      }),
    ),
    service: fc.option(fc.record({ id: text, slug: text })),
    method: text,
    path: text,
    route: fc.option(text),
    address: fc.option(text),
    userAgent: fc.option(text),
    verdict: fc.constantFrom("allow", "deny", "limited"),
    rules: fc.array(text, { maxLength: 3 }),
    reason: text,
    shadow: fc.option(fc.record({ verdict: fc.constantFrom("allow", "deny"), rules: fc.array(text) })),
    status: fc.nat(599),
    upstreamUs: fc.option(fc.nat()),
    traceId: fc.option(text),
    count: fc.integer({ min: 1, max: 9 }),
    cost: fc.nat(9),
  })
  .chain((given) =>
    fc
      .option(fc.oneof(text, fc.constantFrom("{}", '{"headers":{"a":"b"}}')), { nil: undefined })
      .map((input) => decisionRecord("wsp_a", input === undefined ? given : { ...given, input })),
  );

test("a record is read as it was written, whatever stands in it and before it", () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), (given) => {
      const writer = createRecordWriter();
      const read = createRecordReader().read(given.map((record) => writer.write(record)).join(""));
      // Half a surrogate pair has no UTF-8; it is written as JSON escapes it, and read back.
      expect(read.records).toEqual(given);
    }),
  );
});

const roleCheck = (endpoint: string) => ({
  key: { id: "key_a", name: "ä" },
  scope: "verify:keys",
  endpoint,
  granted: true,
});

test("role checks are read as they were written, carried by a record or by themselves", () => {
  const writer = createRecordWriter();
  const carried = [roleCheck("POST /a"), roleCheck("POST /b")].flatMap((check) =>
    records(2).map((record) => ({ ...record, roleCheck: check })),
  );
  const given = [...carried, ...records(1)];
  const alone = {
    id: "evt_b",
    atMs: 1.5,
    workspaceId: "wsp_a",
    customerId: null,
    check: roleCheck("GET /c"),
  };
  const text = given.map((record) => writer.write(record)).join("") + roleCheckText(alone);
  expect(createRecordReader().read(text)).toEqual({ records: given, checks: [alone] });
});

test("numbers that are none become 0, fractions whole", () => {
  const given = decisionRecord("wsp_a", {
    totalUs: Number.NaN,
    decideUs: 2.6,
    responseBytes: Number.POSITIVE_INFINITY,
  });
  const read = createRecordReader().read(createRecordWriter().write(given));
  expect(read.records).toEqual([{ ...given, totalUs: 0, decideUs: 3, responseBytes: 0 }]);
});

test("what one call's record costs on the disk is little when the next is like it", () => {
  write([records(1_000)]);
  expect(statSync(segmentFile(directory, 1)).size / 1_000).toBeLessThan(160);
});

test("an input is written once for the calls of one context that share it, and never taken for another's", () => {
  const input = JSON.stringify({ headers: { "user-agent": "x".repeat(400) } });
  write([records(1_000).map((record) => ({ ...record, input }))]);
  expect(statSync(segmentFile(directory, 1)).size / 1_000).toBeLessThan(165);
  expect(readAll().records.every((record) => record.input === input)).toBe(true);
  const writer = createRecordWriter();
  const [one, other, third] = records(3).map((record, index) =>
    writer.write({ ...record, input: index === 0 ? "{}" : input }),
  );
  const reader = createRecordReader();
  reader.read(one ?? "");
  expect(other).toContain("user-agent");
  // The frame between them is lost.
  expect(reader.read(third ?? "").records[0]?.input).toBeUndefined();
});

test("a reader goes on from where another left off, also in the middle of a segment", () => {
  const groups = [records(3), records(2), records(4)];
  write(groups);
  const first = openSpoolReader(directory, { from: null, finished: true });
  const { records: begun, after } = first.read(1);
  first.close();
  expect(ids(begun)).toEqual(ids(groups[0] ?? []));
  expect(ids(readAll(after).records)).toEqual(ids([...(groups[1] ?? []), ...(groups[2] ?? [])]));
});

test("a reader follows a writer, across segments, and never sees half a frame", () => {
  const writer = openSpoolWriter(directory);
  const reader = openSpoolReader(directory, { from: null, finished: false });
  expect(reader.read(10).records).toEqual([]);
  const sent: string[] = [];
  const seen: string[] = [];
  // Long paths fill segments of 16 MiB soon.
  for (let round = 0; round < 40; round += 1) {
    const group = records(20).map((record) => ({ ...record, path: `/${"p".repeat(60_000)}` }));
    sent.push(...ids(group));
    for (const record of group) writer.append(record);
    writer.commit();
    seen.push(...ids(reader.read(1_000).records));
  }
  expect(segmentNumbers(directory).length).toBeGreaterThan(2);
  expect(seen).toEqual(sent);
  writer.close();
  reader.close();
});

test("a torn tail, at every length, costs the torn frame and nothing before it", () => {
  const groups = [records(2), records(2)];
  write(groups);
  const file = segmentFile(directory, 1);
  const whole = readFileSync(file);
  const firstEnd = whole.readUInt32LE(0) + 8;
  for (let length = firstEnd; length < whole.length; length += 7) {
    writeFileSync(file, whole.subarray(0, length));
    expect(ids(readAll().records)).toEqual(ids(groups[0] ?? []));
  }
});

test("a new process writes behind a torn tail into a segment of its own, and both are read", () => {
  const [before, torn, after] = [records(2), records(2), records(2)];
  write([before, torn]);
  truncateSync(segmentFile(directory, 1), statSync(segmentFile(directory, 1)).size - 5);
  write([after]);
  expect(ids(readAll().records)).toEqual(ids([...before, ...after]));
});

test("a frame that was changed on the disk is passed over and counted, those after it are read", () => {
  const groups = [records(2), records(2), records(2)];
  write(groups);
  const file = segmentFile(directory, 1);
  const bytes = readFileSync(file);
  const place = bytes.readUInt32LE(0) + 8 + 20;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const reader = openSpoolReader(directory, { from: null, finished: true });
  const whole = ids([...(groups[0] ?? []), ...(groups[2] ?? [])]);
  expect(ids(reader.read(100).records)).toEqual(whole);
  expect(reader.damaged()).toBe(1);
  appendFileSync(file, Buffer.alloc(40, 0xff));
  expect(ids(readAll().records)).toEqual(whole);
});

test("where loading stands survives; a damaged note of it means from the beginning", () => {
  expect(readPosition(directory)).toBeNull();
  writePosition(directory, { segment: 3, offset: 99 });
  expect(readPosition(directory)).toEqual({ segment: 3, offset: 99 });
  writeFileSync(path.join(directory, "loaded.json"), '{"segm');
  expect(readPosition(directory)).toBeNull();
});

test("a spool in use is not taken over; one given up is, by one process only", () => {
  const own = createSpool(directory);
  openSpoolWriter(own.directory).close();
  expect(adoptSpools(directory)).toEqual([]);
  own.release();
  const adopted = adoptSpools(directory);
  expect(adopted.map((spool) => spool.directory)).toEqual([own.directory]);
  expect(adoptSpools(directory)).toEqual([]);
  adopted[0]?.remove();
  expect(adoptSpools(directory)).toEqual([]);
});
