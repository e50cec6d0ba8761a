import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { openCall, recordCall } from "@/lib/gateway/call";
import { refusals, refuse } from "@/lib/gateway/canonical";
import type { GatewayPorts } from "@/lib/gateway/ports";

/** Bytes that the HTTP parser refused, and the connection they came on. */
interface BrokenRequest {
  error: Error;
  socket: Duplex;
  ports: GatewayPorts;
}

const statusLines: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Answers bytes that are no HTTP request, as far as the connection still takes an answer, and records them where their first line says whose they are. */
export function answerBrokenRequest({ error, socket, ports }: BrokenRequest): void {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const statusLine = statusLines[code] ?? "400 Bad Request";
  const [status = "400", ...title] = statusLine.split(" ");
  const detail = refusals.NOT_HTTP;
  const body = JSON.stringify({
    type: "about:blank",
    title: title.join(" "),
    status: Number(status),
    detail,
  });
  recordBroken({ error, socket, ports }, Number(status));
  const head = [
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`HTTP/1.1 ${statusLine}\r\n${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** Only for a workspace that is known at once: garbage is not worth a query. */
function recordBroken({ error, socket, ports }: BrokenRequest, status: number): void {
  const packet = "rawPacket" in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : null;
  const line =
    packet === null
      ? null
      : /^\s*([!-~]{1,20})[ \t]+([!-\u00ff]{1,2048})/.exec(packet.toString("latin1", 0, 4096));
  if (line === null || !(socket instanceof Socket)) return;
  const [, method = "", target = ""] = line;
  const canonical = refuse("NOT_HTTP", target);
  const ruleset = canonical.workspace === null ? null : ports.rulesetBySlug(canonical.workspace);
  if (ruleset === null || ruleset instanceof Promise)
    return void Promise.resolve(ruleset).catch(() => undefined);
  const request = Object.assign(new IncomingMessage(socket), { method, url: target });
  recordCall({ ...openCall(request, ports), canonical, ruleset, reason: "NOT_CANONICAL" }, { status, ports });
}
