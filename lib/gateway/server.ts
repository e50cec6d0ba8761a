import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { handleCall } from "@/lib/gateway/handle";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { answerBrokenRequest } from "@/lib/gateway/refusal/broken-request";
import { handleUpgrade, isWebSocket } from "@/lib/gateway/upgrade/upgrade";
import { repeatWithoutUpgrade } from "@/lib/gateway/upgrade/upgrade-offer";

/** A listening gateway. */
export interface Gateway {
  port: number;
  /** Stops accepting, lets open calls end for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** Where the gateway listens (port 0: any free one), and what it asks the rest of the house. */
export interface GatewayOptions {
  port: number;
  host: string;
  ports: GatewayPorts;
}

/** Longest request head, in bytes; longer ones are answered with 431. */
const headBytesMax = 32 * 1024;

/** Opens the gateway's own listener. Rejects when the port cannot be bound. */
export async function startGateway({ port, host, ports }: GatewayOptions): Promise<Gateway> {
  const tunnels = new Set<Duplex>();
  const server = createServer({
    maxHeaderSize: headBytesMax,
    headersTimeout: 15_000,
    // Bodies stream for as long as they take; heads and idle connections have their own limits.
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 5_000,
    // A missing Host is refused in words, and recorded.
    requireHostHeader: false,
    highWaterMark: 64 * 1024,
  });
  const answer = (request: IncomingMessage, response: ServerResponse) => handleCall(request, response, ports);
  server.on("request", answer).on("checkContinue", answer).on("checkExpectation", answer);
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebSocket(request)) return repeatWithoutUpgrade(server, { request, socket, head });
    track(tunnels, socket);
    handleUpgrade({ request, socket, head, ports });
  });
  server.on("connect", (request: IncomingMessage, socket: Duplex) =>
    handleUpgrade({ request, socket, head: noBytes, ports }),
  );
  server.on("clientError", (error, socket) => answerBrokenRequest({ error, socket, ports }));
  const bound = await listen(server, { port, host });
  return { port: bound, close: (graceMs) => closeGateway({ server, tunnels, graceMs }) };
}

const noBytes = Buffer.alloc(0);

function track(tunnels: Set<Duplex>, socket: Duplex): void {
  tunnels.add(socket);
  socket.once("close", () => tunnels.delete(socket));
}

function listen(server: Server, { port, host }: { port: number; host: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

interface Closing {
  server: Server;
  tunnels: ReadonlySet<Duplex>;
  graceMs: number;
}

function closeGateway({ server, tunnels, graceMs }: Closing): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      for (const socket of tunnels) socket.destroy();
      server.closeAllConnections();
    }, graceMs);
    const idle = setInterval(() => server.closeIdleConnections(), 100);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
