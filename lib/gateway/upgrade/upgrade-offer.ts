import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** A request whose parser stopped because it offers another protocol. */
interface Offer {
  request: IncomingMessage;
  socket: Duplex;
  /** What the parser had read beyond the head. */
  head: Buffer;
}

/**
 * Reads a request that offers a protocol other than WebSocket (some clients offer `h2c` with every first request) again
 * as the plain request it also is, body included: its bytes are put back on the connection without the offer.
 */
export function repeatWithoutUpgrade(server: Server, { request, socket, head }: Offer): void {
  const lines = [`${request.method ?? ""} ${request.url ?? ""} HTTP/${request.httpVersion}`];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? "";
    const value = request.rawHeaders[at + 1] ?? "";
    const lower = name.toLowerCase();
    if (lower === "upgrade" || lower === "http2-settings") continue;
    lines.push(`${name}: ${lower === "connection" ? withoutOffer(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

function withoutOffer(connection: string): string {
  const kept = connection.split(",").filter((token) => !/^\s*(?:upgrade|http2-settings)\s*$/i.test(token));
  return kept.length === 0 ? "keep-alive" : kept.join(",");
}
