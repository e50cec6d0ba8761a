import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { frameAt } from "@/lib/events/spool/frame";
import { createRecordReader, type FrameRecords, type RecordReader } from "@/lib/events/spool/record-text";
import { segmentFile, segmentNumbers } from "@/lib/events/spool/segments";
import { log } from "@/lib/log";

/** A place between two frames. */
export interface SpoolPosition {
  segment: number;
  offset: number;
}

/** Records in the order in which they were written, and the place after the last of them. */
export interface SpooledBatch extends FrameRecords {
  after: SpoolPosition;
}

/** The reading end of a spool that may still be written. */
export interface SpoolReader {
  /** At least one frame and at most about `limit` records; empty when nothing whole is there yet. */
  read(limit: number): SpooledBatch;
  /** Passes over what is left of the segment; answers how much that was. The one being written is not passed over. */
  skipSegment(): { records: number; calls: number };
  position(): SpoolPosition;
  /** Frames that were not what was written, since it was opened. */
  damaged(): number;
  close(): void;
}

const chunkBytes = 1024 * 1024;

interface Open {
  number: number;
  descriptor: number;
  records: RecordReader;
  /** Bytes read and not yet understood, which begin at `offset`. */
  bytes: Buffer;
  offset: number;
  /** Where bytes that made no sense were read a second time. */
  readAgainAt: number;
}

/** Opens the spool in `directory` for reading from `from` on. `finished`: nobody writes to it any more. */
export function openSpoolReader(
  directory: string,
  { from, finished }: { from: SpoolPosition | null; finished: boolean },
): SpoolReader {
  let open: Open | null = null;
  let damaged = 0;
  let last = 0;

  function openNext(): Open | null {
    const number = segmentNumbers(directory).find((each) =>
      open === null ? each >= (from?.segment ?? 0) : each > last,
    );
    if (number === undefined) return null;
    if (open !== null) closeSync(open.descriptor);
    last = number;
    const descriptor = openSync(segmentFile(directory, number), "r");
    const records = createRecordReader();
    open = { number, descriptor, records, bytes: Buffer.alloc(0), offset: 0, readAgainAt: -1 };
    // Contexts named later may stand before the place to begin at.
    if (number === from?.segment) while (open.offset < from.offset && readFrame(open) !== null);
    return open;
  }

  /** The next frame's records, or null when there is no more to read in this segment for now. */
  function readFrame(segment: Open): FrameRecords | null {
    for (;;) {
      const frame = frameAt(segment.bytes, 0);
      if (frame.kind === "partial") {
        if (fill(segment)) continue;
        // Half a frame that the disk refused is taken back, and another is written in its place.
        segment.bytes = Buffer.alloc(0);
        return null;
      }
      if (frame.kind !== "frame" && segment.readAgainAt !== segment.offset) {
        segment.readAgainAt = segment.offset;
        segment.bytes = Buffer.alloc(0);
        continue;
      }
      if (frame.kind === "lost") {
        giveUp(segment);
        return null;
      }
      segment.bytes = segment.bytes.subarray(frame.end);
      segment.offset += frame.end;
      if (frame.kind === "frame") {
        const records = understood(segment, frame.text);
        if (records !== null) return records;
      }
      damaged += 1;
      log.error(
        { segment: segment.number, offset: segment.offset },
        "a damaged frame of the spool was passed over",
      );
      return { records: [], checks: [] };
    }
  }

  function understood(segment: Open, text: string): FrameRecords | null {
    try {
      return segment.records.read(text);
    } catch {
      return null;
    }
  }

  function giveUp(segment: Open): void {
    damaged += 1;
    log.error(
      { segment: segment.number, offset: segment.offset },
      "the rest of a spool segment cannot be read",
    );
    segment.bytes = Buffer.alloc(0);
    segment.offset = Number.MAX_SAFE_INTEGER;
  }

  function fill(segment: Open): boolean {
    if (segment.offset === Number.MAX_SAFE_INTEGER) return false;
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const read = readSync(segment.descriptor, chunk, 0, chunkBytes, segment.offset + segment.bytes.length);
    if (read === 0) return false;
    segment.bytes = Buffer.concat([segment.bytes, chunk.subarray(0, read)]);
    return true;
  }

  const position = (): SpoolPosition => ({ segment: open?.number ?? last, offset: open?.offset ?? 0 });

  /** Whether the segment can get no more frames: a later one exists, or nobody writes. */
  const isClosed = (segment: Open) => finished || existsSync(segmentFile(directory, segment.number + 1));

  return {
    read(limit) {
      const read: FrameRecords = { records: [], checks: [] };
      let segment = open ?? openNext();
      while (segment !== null && read.records.length + read.checks.length < limit) {
        const closed = isClosed(segment);
        const frame = readFrame(segment);
        if (frame !== null) {
          for (const record of frame.records) read.records.push(record);
          for (const check of frame.checks) read.checks.push(check);
          continue;
        }
        if (!closed) break;
        const next = openNext();
        if (next === null) break;
        segment = next;
      }
      return { ...read, after: position() };
    },
    skipSegment() {
      const segment = open ?? openNext();
      let [records, calls] = [0, 0];
      if (segment === null || !isClosed(segment)) return { records, calls };
      for (let frame = readFrame(segment); frame !== null; frame = readFrame(segment)) {
        records += frame.records.length + frame.checks.length;
        calls += frame.checks.length;
        for (const record of frame.records) calls += record.count;
      }
      openNext();
      return { records, calls };
    },
    position,
    damaged: () => damaged,
    close() {
      if (open !== null) closeSync(open.descriptor);
      open = null;
    },
  };
}
