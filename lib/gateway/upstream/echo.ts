import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { processState } from "@/lib/process/state";

/** An upstream that this process answers itself, so that a first call needs nothing else to be running. */
export const echoHost = "echo.latchkey.internal";

/** Most of a body that is sent back, in bytes; the rest is counted. */
const echoedBytesMax = 16_384;

/** Connects to the echo upstream, which listens on a socket file of this process from its first use on. */
export async function connectEcho(): Promise<Socket> {
  const state = processState<{ listening: Promise<string> | null }>("echo-upstream", () => ({
    listening: null,
  }));
  const file = await (state.listening ??= listen());
  return new Promise((resolve, reject) => {
    const socket = connect(file);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.removeListener("error", reject);
      resolve(socket);
    });
  });
}

function listen(): Promise<string> {
  const file = path.join(os.tmpdir(), `latchkey-echo-${process.pid}.sock`);
  rmSync(file, { force: true });
  const server: Server = createServer(answer);
  process.once("exit", () => rmSync(file, { force: true }));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(file, () => {
      server.unref();
      resolve(file);
    });
  });
}

/** Says back what arrived: method, path, the identity that the gateway vouched for, and the body. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const kept: Buffer[] = [];
  let bodyBytes = 0;
  request.on("data", (chunk: Buffer) => {
    if (bodyBytes < echoedBytesMax) kept.push(chunk.subarray(0, echoedBytesMax - bodyBytes));
    bodyBytes += chunk.length;
  });
  request.on("end", () => {
    const identity = Object.entries(request.headers).filter(([name]) => name.startsWith("x-latchkey-"));
    const body = Buffer.concat(kept).toString("utf8");
    const said = {
      method: request.method,
      path: request.url,
      identity: Object.fromEntries(identity),
      bodyBytes,
      body,
    };
    response.writeHead(200, { "content-type": "application/json" }).end(`${JSON.stringify(said, null, 2)}\n`);
  });
}
