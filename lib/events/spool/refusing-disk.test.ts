import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import type { DecisionRecord } from "@/lib/events/schema";
import { openSpoolReader } from "@/lib/events/spool/reader";
import { segmentNumbers } from "@/lib/events/spool/segments";
import { openSpoolWriter } from "@/lib/events/spool/writer";
import { decisionRecord } from "@/lib/testing/decision-record";

/** What the disk refuses, and what happens meanwhile. */
const disk = { hasRoom: true, hasFiles: true, meanwhile: (): void => undefined };
const noRoom = () => Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

const { openSync, writeSync } = fs;
Object.assign(fs, {
  openSync(file: string, flags: string, mode?: number) {
    if (!disk.hasFiles && flags === "wx") throw noRoom();
    return openSync(file, flags, mode);
  },
  writeSync(...[descriptor, buffer, at, length, position]: [number, Buffer, number, number, number]) {
    if (disk.hasRoom) return writeSync(descriptor, buffer, at, length, position);
    writeSync(descriptor, buffer, at, length >> 1, position);
    disk.meanwhile();
    throw noRoom();
  },
});
syncBuiltinESMExports();
afterAll(() => {
  Object.assign(fs, { openSync, writeSync });
  syncBuiltinESMExports();
});

let directory: string;
beforeEach(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "latchkey-spool-"))));
afterEach(() => {
  Object.assign(disk, { hasRoom: true, hasFiles: true, meanwhile: () => undefined });
  fs.rmSync(directory, { recursive: true, force: true });
});

const ids = (list: readonly DecisionRecord[]) => list.map(({ id }) => id);
const long = () => decisionRecord("wsp_a", { path: `/${"p".repeat(60_000)}` });

test("a reader that saw half of a frame which the disk then refused reads what is written instead", () => {
  const writer = openSpoolWriter(directory);
  const reader = openSpoolReader(directory, { from: null, finished: false });
  const sent = [decisionRecord("wsp_a")];
  sent.forEach((record) => writer.append(record));
  writer.commit();
  const seen = ids(reader.read(10).records);
  for (let round = 0; round < 3; round += 1) {
    disk.hasRoom = false;
    disk.meanwhile = () => void seen.push(...ids(reader.read(10).records));
    const more = [long(), decisionRecord("wsp_b")];
    sent.push(...more);
    more.forEach((record) => writer.append(record));
    expect(() => writer.commit()).toThrow("no space");
    disk.hasRoom = true;
    const last = decisionRecord("wsp_c");
    sent.push(last);
    writer.append(last);
    writer.commit();
    seen.push(...ids(reader.read(10).records));
  }
  expect(seen).toEqual(ids(sent));
  expect(reader.damaged()).toBe(0);
});

test("nothing of a frame that was given up stands between those before and behind it", () => {
  const writer = openSpoolWriter(directory);
  const sent: string[] = [];
  const write = (record: DecisionRecord) => {
    writer.append(record);
    writer.commit();
    sent.push(record.id);
  };
  write(decisionRecord("wsp_a"));
  disk.hasRoom = false;
  writer.append(long());
  expect(() => writer.commit()).toThrow("no space");
  expect(writer.dropWaiting()).toEqual({ records: 1, calls: 1 });
  disk.hasRoom = true;
  write(decisionRecord("wsp_b"));
  const reader = () => openSpoolReader(directory, { from: null, finished: true });
  expect(ids(reader().read(10).records)).toEqual(sent);
  const whole = reader();
  whole.read(10);
  expect(whole.damaged()).toBe(0);
});

test("a disk that has no room for another file holds nothing up: the segment goes on, and a reader misses nothing", () => {
  const writer = openSpoolWriter(directory);
  const reader = openSpoolReader(directory, { from: null, finished: false });
  const sent: string[] = [];
  const seen: string[] = [];
  const write = () => {
    const record = long();
    sent.push(record.id);
    writer.append(record);
    expect(writer.commit()).toBe(true);
    seen.push(...ids(reader.read(1_000).records));
  };
  disk.hasFiles = false;
  for (let count = 0; count < 300; count += 1) write();
  expect(segmentNumbers(directory)).toEqual([1]);
  disk.hasFiles = true;
  for (let count = 0; count < 10; count += 1) write();
  expect(segmentNumbers(directory)).toEqual([1, 2]);
  expect(seen).toEqual(sent);
});
