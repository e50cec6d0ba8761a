import pg from "pg";
import type { Bus, BusMessage } from "@/lib/bus/bus";
import { readEnvelope, writeEnvelope } from "@/lib/bus/envelope";
import { localListeners } from "@/lib/bus/local-listeners";
import { beatEveryMs, createPulse, type Pulse } from "@/lib/bus/pulse";
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
  const line = openLine(connectionString, { pulse, hear: (text) => hear(text) });
  const hear = (text: string) => {
    const envelope = readEnvelope(text);
    if (envelope === null) return;
    if (envelope.from !== self) {
      if (envelope.message !== null) local.deliver(envelope.message);
    } else if (envelope.message === null && pulse.heard()) {
      local.deliver({ kind: "messages-missed" });
    }
  };
  const beat = () => line.isIdle() && void line.send(writeEnvelope({ from: self, message: null }));
  const beats = setInterval(beat, beatEveryMs);
  beats.unref();
  void line.send(writeEnvelope({ from: self, message: null }));

  return {
    publish(message: BusMessage) {
      local.deliver(message);
      if (message.kind === "decisions-loaded" && !pulse.healthy()) return Promise.resolve();
      const sent = Promise.all(payloads(self, message).map((text) => line.send(text)));
      return within(handOverMs, sent.then(ignore));
    },
    subscribe: local.subscribe,
    healthy: pulse.healthy,
    close() {
      clearInterval(beats);
      local.clear();
      pulse.lost();
      return line.close();
    },
  };
}

interface Letter {
  text: string;
  sent(): void;
}

/** A connection that listens and notifies, one statement at a time, and comes back when it breaks. */
function openLine(connectionString: string, { pulse, hear }: { pulse: Pulse; hear: (text: string) => void }) {
  const outbox: Letter[] = [];
  let client: pg.Client | null = null;
  let sending = false;
  let closed = false;
  let attempt = 0;

  const drain = async () => {
    if (sending) return;
    sending = true;
    try {
      for (let letter = outbox[0]; letter !== undefined && client !== null; letter = outbox[0]) {
        await client.query("select pg_notify($1, $2)", [channel, letter.text]);
        if (outbox[0] === letter) outbox.shift();
        letter.sent();
      }
    } catch {
      // The connection says so itself; what was not sent stays first in the outbox.
    } finally {
      sending = false;
    }
  };
  const connect = async () => {
    const next = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, keepAlive: true });
    const broken = onlyOnce(() => {
      client = null;
      pulse.lost();
      next.end().catch(ignore);
      attempt += 1;
      if (!closed) setTimeout(() => void connect(), Math.min(50 * attempt, 1_000)).unref();
    });
    next.on("error", broken);
    next.on("end", broken);
    next.on("notification", ({ payload }) => hear(payload ?? ""));
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      log.warn({ err: error }, "postgres bus connection");
      return broken();
    }
    if (closed) return void next.end().catch(ignore);
    attempt = 0;
    client = next;
    await drain();
  };
  void connect();

  return {
    isIdle: () => outbox.length === 0 && client !== null,
    send(text: string): Promise<void> {
      return new Promise((sent) => {
        outbox.push({ text, sent });
        if (outbox.length > outboxMax) outbox.shift()?.sent();
        void drain();
      });
    },
    async close(): Promise<void> {
      closed = true;
      const open = client;
      client = null;
      await open?.end().catch(ignore);
    },
  };
}

function onlyOnce(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
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
    case "ruleset-applied":
    case "session-changed":
    case "customer-changed":
    case "subjects-changed":
    case "role-changed":
    case "plan-changed":
    case "portal-session-ended":
    case "issuers-changed":
    case "logs-written":
    case "messages-missed":
      return [];
  }
}

function split(list: readonly string[]): string[][] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
