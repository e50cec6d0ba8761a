import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { DecisionRecord, RoleCheckRecord } from "@/lib/events/schema";
import { frameHeadBytes, sealFrame } from "@/lib/events/spool/frame";
import { createRecordWriter, roleCheckText, type RecordWriter } from "@/lib/events/spool/record-text";
import { segmentFile, segmentNumbers } from "@/lib/events/spool/segments";

/** A segment is closed at this size; whole segments are what is deleted after loading. */
const segmentBytesMax = 16 * 1024 * 1024;

/** The writing end of a spool. Only one per directory. */
export interface SpoolWriter {
  /** Takes a record; it is on the disk after the next {@link SpoolWriter.commit}. Never throws. */
  append(record: DecisionRecord): void;
  /** The same for a role check by itself. */
  appendCheck(check: RoleCheckRecord): void;
  /**
   * One write for all that was appended. After it returns, a killed process loses none of it. False when nothing was
   * appended. Throws what the disk says; then what was appended stays, and the next commit tries again.
   */
  commit(): boolean;
  /** Forgets what was appended and not written; answers how much that was. */
  dropWaiting(): { records: number; calls: number };
  /** Bytes written since it was opened, whether or not they are still there. */
  bytesWritten(): number;
  close(): void;
}

interface Segment {
  descriptor: number;
  bytes: number;
  records: RecordWriter;
}

/** Opens the spool in `directory` for writing, in a segment of its own. */
export function openSpoolWriter(directory: string): SpoolWriter {
  let number = segmentNumbers(directory).at(-1) ?? 0;
  let segment = nextSegment();
  let waiting = "";
  let records = 0;
  let calls = 0;
  let bytesWritten = 0;
  let frame = Buffer.allocUnsafeSlow(256 * 1024);

  function nextSegment(): Segment {
    const descriptor = openSync(segmentFile(directory, number + 1), "wx", 0o600);
    // Numbers have no gap: a reader knows a segment's end by the next one.
    number += 1;
    return { descriptor, bytes: 0, records: createRecordWriter() };
  }

  /** What was committed is on the disk already: without room for another file this one goes on, and grows. */
  function turnOver(): void {
    const full = segment.descriptor;
    try {
      segment = nextSegment();
    } catch {
      return;
    }
    closeSync(full);
  }

  function forget(): void {
    waiting = "";
    records = 0;
    calls = 0;
  }

  function writeWaiting(): void {
    // Three bytes hold any UTF-16 unit in UTF-8.
    const room = frameHeadBytes + waiting.length * 3;
    if (frame.length < room) frame = Buffer.allocUnsafeSlow(room * 2);
    const end = frameHeadBytes + frame.write(waiting, frameHeadBytes, "utf8");
    sealFrame(frame, 0, end);
    try {
      for (let at = 0; at < end;)
        at += writeSync(segment.descriptor, frame, at, end - at, segment.bytes + at);
    } catch (error) {
      // Half a frame must not stand before the next one.
      ftruncateSync(segment.descriptor, segment.bytes);
      throw error;
    }
    segment.bytes += end;
    bytesWritten += end;
    forget();
  }

  return {
    append(record) {
      waiting += segment.records.write(record);
      records += 1;
      calls += record.count;
    },
    appendCheck(check) {
      waiting += roleCheckText(check);
      records += 1;
      calls += 1;
    },
    commit() {
      if (waiting === "") return false;
      writeWaiting();
      if (segment.bytes >= segmentBytesMax) turnOver();
      return true;
    },
    dropWaiting() {
      const dropped = { records, calls };
      forget();
      // Contexts may have been among what is forgotten.
      segment.records = createRecordWriter();
      return dropped;
    },
    bytesWritten: () => bytesWritten,
    close: () => closeSync(segment.descriptor),
  };
}
