import type { Duplex } from "node:stream";

const statusLines: Record<string, string> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/**
 * Answers bytes that are no HTTP request, as far as the connection still takes an answer. Nothing is recorded: without a
 * request line there is no workspace whose record it could be.
 */
export function answerBrokenRequest(error: Error, socket: Duplex): void {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const statusLine = statusLines[code] ?? "400 Bad Request";
  const [status = "400", ...title] = statusLine.split(" ");
  const body = JSON.stringify({
    title: title.join(" "),
    status: Number(status),
    detail: "The request is not well-formed HTTP.",
  });
  socket.end(
    `HTTP/1.1 ${statusLine}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
