import { ProblemError, problemOf } from "@/lib/client/request/problem-error";

/** `live`: rows arrive. `reconnecting`: the connection was lost and is being made again. `lost`: refused for good, see the error. */
export type StreamState = "connecting" | "live" | "reconnecting" | "lost";

/** What a subscriber of server-sent events is told. */
export interface StreamListener {
  /** Awaited before the next; what it throws ends the connection, and the event is asked for again. */
  onEvent(event: ServerEvent): void | Promise<void>;
  onState(state: StreamState, error: ProblemError | null): void;
}

const firstDelayMs = 500;
const delayMaxMs = 15_000;
/** The server sends a heartbeat every 15 s; silence for longer means that the connection is dead. */
const silenceMaxMs = 40_000;

interface Following extends StreamListener {
  /** Asked for each connection, so that it may say what was seen last. */
  address: () => string;
  signal: AbortSignal;
}

/** Follows server-sent events; a lost connection is made again, ever more slowly. Returns how to stop. */
export function followEvents(address: () => string, listener: StreamListener): () => void {
  const stop = new AbortController();
  void follow({ address, ...listener, signal: stop.signal });
  return () => stop.abort();
}

async function follow(following: Following): Promise<void> {
  const { onState, signal } = following;
  let failures = 0;
  onState("connecting", null);
  while (!signal.aborted) {
    try {
      await readOnce(following, () => {
        failures = 0;
        onState("live", null);
      });
    } catch (error) {
      if (signal.aborted) return;
      if (
        error instanceof ProblemError &&
        error.status >= 400 &&
        error.status < 500 &&
        error.status !== 429
      ) {
        onState("lost", error);
        return;
      }
    }
    if (signal.aborted) return;
    failures += 1;
    onState("reconnecting", null);
    await pause(backOffMs(failures), signal);
  }
}

/** Reads one connection to its end, event by event. */
async function readOnce(following: Following, onOpen: () => void): Promise<void> {
  const connection = new AbortController();
  const abort = () => connection.abort();
  following.signal.addEventListener("abort", abort, { once: true });
  let silence = setTimeout(abort, silenceMaxMs);
  try {
    const response = await fetch(following.address(), {
      credentials: "same-origin",
      headers: { accept: "text/event-stream" },
      signal: connection.signal,
    });
    if (!response.ok || response.body === null) throw await problemOf(response);
    onOpen();
    const arrived: ServerEvent[] = [];
    const parse = eventParser((event) => arrived.push(event));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(silence);
      silence = setTimeout(abort, silenceMaxMs);
      parse(part.value);
      for (const event of arrived.splice(0)) await following.onEvent(event);
    }
  } finally {
    clearTimeout(silence);
    following.signal.removeEventListener("abort", abort);
    connection.abort();
  }
}

/** One event; heartbeats that carry a position come as `position`. */
export interface ServerEvent {
  id: string | null;
  name: string;
  data: string;
}

/** Cuts a text/event-stream into events, whatever the size of its parts. */
export function eventParser(onEvent: (event: ServerEvent) => void): (part: string) => void {
  let rest = "";
  return (part) => {
    const blocks = (rest + part).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => fieldOf(line)));
      const data = fields.get("data");
      if (data !== undefined)
        onEvent({ id: fields.get("id") ?? null, name: fields.get("event") ?? "message", data });
      else if (fields.has("id")) onEvent({ id: fields.get("id") ?? null, name: "position", data: "null" });
    }
  };
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(":");
  return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}

function backOffMs(failures: number): number {
  const full = Math.min(delayMaxMs, firstDelayMs * 2 ** Math.min(failures - 1, 6));
  return full * (0.5 + Math.random() / 2);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
