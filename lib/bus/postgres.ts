import pg from "pg";
import type { Bus, BusMessage } from "@/lib/bus/bus";
import { readEnvelope, writeEnvelope } from "@/lib/bus/envelope";
import { localListeners } from "@/lib/bus/local-listeners";
import { beatEveryMs, createPulse } from "@/lib/bus/pulse";
import { within } from "@/lib/bus/within";
import { randomBase62 } from "@/lib/db/id";
import { log } from "@/lib/log";

const channel = "latchkey_bus";

/** How long `publish` waits for PostgreSQL to take a message; after that it keeps trying without its caller. */
const handOverMs = 500;

/** Messages kept while there is no connection. Beyond that the oldest go: by then every cache lives by its time. */
const outboxMax = 1_000;

/** PostgreSQL refuses notifications of 8,000 bytes or more. */
const payloadBytesMax = 7_900;

/** The bus over LISTEN/NOTIFY on a connection of its own, with the heartbeat of the other transports. */
export function postgresBus(connectionString: string): Bus {
  const self = randomBase62(12);
  const local = localListeners();
  const pulse = createPulse();
  const outbox: string[] = [];
  let client: pg.Client | null = null;
  let closed = false;
  let attempt = 0;

  const notify = async (text: string) => {
    if (client === null) return keep(outbox, text);
    try {
      await client.query("select pg_notify($1, $2)", [channel, text]);
    } catch {
      keep(outbox, text);
    }
  };
  const beat = () => {
    if (client !== null)
      void client
        .query("select pg_notify($1, $2)", [channel, writeEnvelope({ from: self, message: null })])
        .catch(ignore);
  };
  const hear = (text: string | undefined) => {
    const envelope = readEnvelope(text ?? "");
    if (envelope === null) return;
    if (envelope.from !== self) {
      if (envelope.message !== null) local.deliver(envelope.message);
    } else if (envelope.message === null && pulse.heard()) {
      local.deliver({ kind: "messages-missed" });
    }
  };
  const reconnect = () => {
    if (closed) return;
    attempt += 1;
    setTimeout(() => void connect(), Math.min(50 * attempt, 1_000)).unref();
  };
  const connect = async () => {
    const next = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, keepAlive: true });
    let broken = false;
    const onBreak = () => {
      if (broken) return;
      broken = true;
      if (client === next) client = null;
      pulse.lost();
      next.end().catch(ignore);
      reconnect();
    };
    next.on("error", onBreak);
    next.on("end", onBreak);
    next.on("notification", (message) => hear(message.payload));
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      log.warn({ err: error }, "postgres bus connection");
      return onBreak();
    }
    if (closed) return void next.end().catch(ignore);
    attempt = 0;
    client = next;
    for (const text of outbox.splice(0)) await notify(text);
    beat();
  };
  void connect();
  const beats = setInterval(beat, beatEveryMs);
  beats.unref();

  return {
    publish(message: BusMessage) {
      local.deliver(message);
      if (message.kind === "decisions-loaded" && !pulse.healthy()) return Promise.resolve();
      const sent = payloads(self, message).map(notify);
      return within(handOverMs, Promise.all(sent).then(ignore));
    },
    subscribe: local.subscribe,
    healthy: pulse.healthy,
    async close() {
      closed = true;
      clearInterval(beats);
      local.clear();
      pulse.lost();
      const open = client;
      client = null;
      await open?.end().catch(ignore);
    },
  };
}

function keep(outbox: string[], text: string): void {
  outbox.push(text);
  if (outbox.length > outboxMax) outbox.shift();
}

function ignore(): void {
  // A broken connection says so through its own events.
}

/** One envelope, or several when a list of workspaces or secrets would not fit into one notification. */
function payloads(from: string, message: BusMessage): string[] {
  const text = writeEnvelope({ from, message });
  if (Buffer.byteLength(text) <= payloadBytesMax) return [text];
  return halves(message).flatMap((half) => payloads(from, half));
}

function halves(message: BusMessage): BusMessage[] {
  switch (message.kind) {
    case "decisions-loaded":
      return split(message.workspaceIds).map((workspaceIds) => ({ ...message, workspaceIds }));
    case "key-changed":
      return split(message.secretIds).map((secretIds) => ({ ...message, secretIds }));
    case "ruleset-changed":
    case "session-changed":
    case "messages-missed":
      return [];
  }
}

function split(list: readonly string[]): string[][] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
