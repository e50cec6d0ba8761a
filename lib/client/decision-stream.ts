import { ProblemError, problemOf } from "@/lib/client/problem-error";
import { isFields } from "@/lib/client/read-unknown";
import { urlOf } from "@/lib/client/request";
import type { Decision, DecisionFilters } from "@/lib/events/schema";

/** `live`: rows arrive. `reconnecting`: the connection was lost and is being made again. `lost`: refused for good, see the error. */
export type StreamState = "connecting" | "live" | "reconnecting" | "lost";

/** What a subscriber is told. */
export interface DecisionListener {
  onDecision(decision: Decision): void;
  onState(state: StreamState, error: ProblemError | null): void;
  /** The server left out this many because they came faster than they were read. */
  onDropped(count: number): void;
}

const firstDelayMs = 500;
const delayMaxMs = 15_000;
/** The server sends a heartbeat every 15 s; silence for longer means that the connection is dead. */
const silenceMaxMs = 40_000;

/**
 * Follows decisions live. Begins after sequence number `after` (newest of a list that is already shown), or now; after a
 * lost connection it resumes behind the last one seen, so nothing is missed or doubled. Returns how to stop.
 */
export function followDecisions(
  { filters = {}, after = null }: { filters?: DecisionFilters; after?: string | null },
  listener: DecisionListener,
): () => void {
  const stop = new AbortController();
  void follow({ filters, after, listener, signal: stop.signal });
  return () => stop.abort();
}

interface Following {
  filters: DecisionFilters;
  after: string | null;
  listener: DecisionListener;
  signal: AbortSignal;
}

async function follow(following: Following): Promise<void> {
  const { listener, signal } = following;
  let failures = 0;
  listener.onState("connecting", null);
  while (!signal.aborted) {
    try {
      await readOnce(following, () => {
        failures = 0;
        listener.onState("live", null);
      });
    } catch (error) {
      if (signal.aborted) return;
      if (
        error instanceof ProblemError &&
        error.status >= 400 &&
        error.status < 500 &&
        error.status !== 429
      ) {
        listener.onState("lost", error);
        return;
      }
    }
    if (signal.aborted) return;
    failures += 1;
    listener.onState("reconnecting", null);
    await pause(backOffMs(failures), signal);
  }
}

/** Reads one connection to its end, moving `after` forward with each event. */
async function readOnce(following: Following, onOpen: () => void): Promise<void> {
  const connection = new AbortController();
  const abort = () => connection.abort();
  following.signal.addEventListener("abort", abort, { once: true });
  let silence = setTimeout(abort, silenceMaxMs);
  try {
    const response = await fetch(
      urlOf("/decisions/stream", { ...following.filters, after: following.after }),
      {
        credentials: "same-origin",
        headers: { accept: "text/event-stream" },
        signal: connection.signal,
      },
    );
    if (!response.ok || response.body === null) throw await problemOf(response);
    onOpen();
    const arrived: ServerEvent[] = [];
    const parse = eventParser((event) => arrived.push(event));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(silence);
      silence = setTimeout(abort, silenceMaxMs);
      parse(part.value);
      for (const event of arrived.splice(0)) await take(following, event);
    }
  } finally {
    clearTimeout(silence);
    following.signal.removeEventListener("abort", abort);
    connection.abort();
  }
}

/** Tells the listener, and only then moves on: an event that could not be read is asked for again. */
async function take(following: Following, { id, name, data }: ServerEvent): Promise<void> {
  const value: unknown = JSON.parse(data);
  if (name === "decision") {
    const { Decision: reader } = await import("@/lib/events/schema");
    const decision = reader.safeParse(value);
    if (decision.success) following.listener.onDecision(decision.data);
  } else if (name === "dropped" && isFields(value) && typeof value["count"] === "number")
    following.listener.onDropped(value["count"]);
  if (id !== null) following.after = id;
}

interface ServerEvent {
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
