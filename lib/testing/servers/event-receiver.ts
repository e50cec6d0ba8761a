import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";

/** What a receiver does with a batch. `takes-and-breaks` has taken it, but the sender never hears so. */
export type ReceiverMood = "takes" | "fails" | "hangs" | "breaks" | "takes-and-breaks";

const CloudEvent = z.object({
  specversion: z.literal("1.0"),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime(),
  data: z.object({
    holder: z.string(),
    calls: z.number(),
    cost: z.number(),
    errors: z.number(),
    denied: z.number(),
    limited: z.number(),
    requestBytes: z.number(),
    responseBytes: z.number(),
  }),
});
type CloudEvent = z.output<typeof CloudEvent>;

/** An HTTP server on loopback that takes CloudEvents as OpenMeter does: batches, a bearer token, repeats told by source and id. */
export interface EventReceiver {
  url: string;
  mood: ReceiverMood;
  /** Answered with every refusal. */
  refusal: { status: number; headers: Record<string, string>; body: string };
  /** A batch of more than these is refused with 413. */
  eventsMax: number;
  /** Each event once. */
  events: Map<string, CloudEvent>;
  /** Events that came again. */
  repeats: number;
  batches: { token: string | undefined; contentType: string | undefined; events: number }[];
  /** Stops listening and begins again on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a receiver that takes everything. */
export async function startEventReceiver(): Promise<EventReceiver> {
  const receiver: EventReceiver = {
    url: "",
    mood: "takes",
    refusal: { status: 503, headers: {}, body: "not now" },
    eventsMax: Infinity,
    events: new Map(),
    repeats: 0,
    batches: [],
    restart: async () => {
      const { port } = new URL(receiver.url);
      await stop(server);
      server = await listen(receiver, Number(port));
    },
    close: () => stop(server),
  };
  let server = await listen(receiver, 0);
  return receiver;
}

function listen(receiver: EventReceiver, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(receiver, request, response);
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null)
        receiver.url = `http://127.0.0.1:${address.port}/api/v1/events`;
      resolve(server);
    });
  });
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(receiver: EventReceiver, request: IncomingMessage, response: ServerResponse) {
  const { mood } = receiver;
  if (mood === "breaks") return request.socket.destroy();
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(z.instanceof(Uint8Array).parse(chunk));
  if (mood === "hangs") return;
  if (mood === "fails") {
    const { status, headers, body } = receiver.refusal;
    return response.writeHead(status, headers).end(body);
  }
  const events = z.array(CloudEvent).parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  if (events.length > receiver.eventsMax) return response.writeHead(413).end();
  receiver.batches.push({
    token: request.headers.authorization,
    contentType: request.headers["content-type"],
    events: events.length,
  });
  for (const event of events) take(receiver, event);
  if (mood === "takes-and-breaks") return request.socket.destroy();
  return response.writeHead(204).end();
}

function take(receiver: EventReceiver, event: CloudEvent): void {
  const name = `${event.source} ${event.id}`;
  if (receiver.events.has(name)) receiver.repeats += 1;
  else receiver.events.set(name, event);
}
