import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { z } from "zod";

/** What a receiver does with a message. `takes-and-breaks` has taken it, but the sender never hears so. */
export type WebhookMood = "takes" | "answers" | "hangs" | "breaks" | "takes-and-breaks";

/** A request that came. */
export interface ReceivedWebhook {
  id: string;
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** An HTTP server on loopback that takes webhooks. */
export interface WebhookReceiver {
  url: string;
  mood: WebhookMood;
  /** What it answers in the mood `answers`. */
  reply: { status: number; headers: Record<string, string>; body: string };
  /** Every request, in order, whatever it answered. */
  requests: ReceivedWebhook[];
  /** How often each message was taken. */
  taken: Map<string, number>;
  /** The most requests that were open at once. */
  openMost: number;
  /** Stops listening and begins again on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a receiver that takes everything. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const receiver: WebhookReceiver = {
    url: "",
    mood: "takes",
    reply: { status: 503, headers: {}, body: "not now" },
    requests: [],
    taken: new Map(),
    openMost: 0,
    restart: async () => {
      await stop(server);
      server = await listen(receiver, Number(new URL(receiver.url).port));
    },
    close: () => stop(server),
  };
  let server = await listen(receiver, 0);
  return receiver;
}

/** The same, closed when the test ends. */
export async function receiving(): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

function listen(receiver: WebhookReceiver, port: number): Promise<Server> {
  let open = 0;
  const server = createServer((request, response) => {
    open += 1;
    receiver.openMost = Math.max(receiver.openMost, open);
    response.once("close", () => (open -= 1));
    // A sender that goes away in the middle of its body is none of this server's business.
    answer(receiver, request, response).catch(() => undefined);
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null)
        receiver.url = `http://127.0.0.1:${address.port}/webhooks`;
      resolve(server);
    });
  });
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(receiver: WebhookReceiver, request: IncomingMessage, response: ServerResponse) {
  const { mood, reply } = receiver;
  if (mood === "breaks") return request.socket.destroy();
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(z.instanceof(Uint8Array).parse(chunk));
  const headers = z.record(z.string(), z.string()).parse(request.headers);
  const id = headers["webhook-id"] ?? "";
  receiver.requests.push({
    id,
    path: request.url ?? "",
    body: Buffer.concat(chunks).toString("utf8"),
    headers,
  });
  if (mood === "hangs") return;
  if (mood === "answers") return response.writeHead(reply.status, reply.headers).end(reply.body);
  receiver.taken.set(id, (receiver.taken.get(id) ?? 0) + 1);
  if (mood === "takes-and-breaks") return request.socket.destroy();
  return response.writeHead(204).end();
}
