import { Redis } from "ioredis";
import type { Bus, BusMessage } from "@/lib/bus/bus";
import { readEnvelope, writeEnvelope } from "@/lib/bus/envelope";
import { localListeners } from "@/lib/bus/local-listeners";
import { beatEveryMs, createPulse } from "@/lib/bus/pulse";
import { randomBase62 } from "@/lib/db/id";
import { log } from "@/lib/log";
import { within } from "@/lib/bus/within";

const channel = "latchkey:bus";

/** How long `publish` waits for Redis to take a message; after that it keeps trying without its caller. */
const handOverMs = 500;

/**
 * The bus over Redis pub/sub. What is published while Redis is away is sent, in order, when it is back. A heartbeat
 * through Redis itself decides health, so a connection that is open but carries nothing counts as deaf.
 */
export function redisBus(url: string): Bus {
  const self = randomBase62(12);
  const local = localListeners();
  const pulse = createPulse();
  const retryStrategy = (attempt: number) => Math.min(50 * attempt, 1_000);
  const sender = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
  const receiver = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
  for (const connection of [sender, receiver])
    connection.on("error", (error: Error) => log.warn({ err: error.message }, "redis bus connection"));

  receiver.on("close", pulse.lost);
  receiver.on("message", (_channel: string, text: string) => {
    const envelope = readEnvelope(text);
    if (envelope === null) return;
    if (envelope.from !== self) {
      if (envelope.message !== null) local.deliver(envelope.message);
    } else if (envelope.message === null && pulse.heard()) {
      local.deliver({ kind: "messages-missed" });
    }
  });

  const beat = () => {
    if (sender.status === "ready") void send(sender, writeEnvelope({ from: self, message: null }));
  };
  const beats = setInterval(beat, beatEveryMs);
  beats.unref();
  receiver
    .subscribe(channel)
    .then(beat)
    .catch((error: unknown) => log.warn({ err: error }, "redis bus subscription"));
  receiver.on("ready", beat);

  return {
    publish(message: BusMessage) {
      local.deliver(message);
      if (message.kind === "decisions-loaded" && !pulse.healthy()) return Promise.resolve();
      return within(handOverMs, send(sender, writeEnvelope({ from: self, message })));
    },
    subscribe: local.subscribe,
    healthy: pulse.healthy,
    close() {
      clearInterval(beats);
      local.clear();
      pulse.lost();
      sender.disconnect();
      receiver.disconnect();
      return Promise.resolve();
    },
  };
}

async function send(sender: Redis, text: string): Promise<void> {
  try {
    await sender.publish(channel, text);
  } catch (error) {
    log.warn({ err: error }, "a bus message was not handed over");
  }
}
