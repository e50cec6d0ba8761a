import { z } from "zod";

const Told = z.object({ id: z.string() });

/** A reader of a live stream that comes back behind the last event that it took. */
export interface ReturningReader {
  /** Id of each event it took → how often. */
  taken: Map<string, number>;
  /** How often it came back. */
  returns(): number;
  /** How many events it was told it missed. */
  dropped(): number;
  /** Resolves once the first connection said its place. */
  opened: Promise<void>;
  leave(): Promise<void>;
}

interface Reading {
  secret: string;
  /** Which stream, under `/api/v1`; `/events/stream` by default. */
  path?: string;
  /** Where the n-th connection goes, from 0. */
  originOf: (connection: number) => string;
  /** It leaves after so many events of a connection, and comes back; else only when the stream ends or breaks. */
  leavesAfter?: number;
}

/** Reads from now on. A connection that is refused or breaks is followed by another after 50 ms. */
export function startReturningReader({
  secret,
  path = "/events/stream",
  originOf,
  leavesAfter = Infinity,
}: Reading): ReturningReader {
  const taken = new Map<string, number>();
  const leaving = new AbortController();
  let [connections, dropped] = [0, 0];
  let lastId: string | null = null;
  let tell = () => {};
  const opened = new Promise<void>((resolve) => (tell = resolve));

  /** Takes whole frames; answers how many events it took. */
  function take(frames: string, most: number): number {
    let count = 0;
    for (const part of frames.split("\n\n")) {
      if (count >= most) return count;
      if (part.startsWith("event: dropped")) dropped += 1;
      lastId = /^id: (.*)$/m.exec(part)?.[1] ?? lastId;
      tell();
      const data = /^id: .*\n(?:event: .*\n)?data: (.*)$/m.exec(part)?.[1];
      if (data === undefined) continue;
      const { id } = Told.parse(JSON.parse(data));
      taken.set(id, (taken.get(id) ?? 0) + 1);
      count += 1;
    }
    return count;
  }

  async function connect(): Promise<void> {
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, leaving.signal]);
    const headers = {
      authorization: `Bearer ${secret}`,
      ...(lastId === null ? {} : { "last-event-id": lastId }),
    };
    const origin = originOf(connections++);
    const answer = await fetch(`${origin}/api/v1${path}`, { headers, signal });
    if (answer.status !== 200 || answer.body === null) return void (await answer.body?.cancel());
    let [rest, count] = ["", 0];
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const text = rest + chunk;
      const end = text.lastIndexOf("\n\n") + 2;
      if (end < 2) rest = text;
      else {
        rest = text.slice(end);
        count += take(text.slice(0, end - 2), leavesAfter - count);
      }
      if (count >= leavesAfter) break;
    }
    gone.abort();
  }

  async function read(): Promise<void> {
    while (!leaving.signal.aborted) {
      const before = taken.size;
      await connect().catch(() => undefined);
      if (taken.size === before) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const reading = read();
  return {
    taken,
    returns: () => connections - 1,
    dropped: () => dropped,
    opened,
    leave() {
      leaving.abort();
      return reading;
    },
  };
}
