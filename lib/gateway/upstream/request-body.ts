import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/**
 * The caller's body as a stream of its own, with back-pressure. The upstream's side may then destroy it without taking
 * the caller's connection along, which still has to carry the answer. `onBytes` hears how much passed.
 */
export function requestBody(request: IncomingMessage, onBytes: (count: number) => void): Readable {
  const body = new Readable({
    highWaterMark: 64 * 1024,
    read() {
      request.resume();
    },
    destroy(error, done) {
      request.off("data", onData).off("end", onEnd).off("close", onClose).pause();
      done(error);
    },
  });
  const onData = (chunk: Buffer) => {
    onBytes(chunk.length);
    if (!body.push(chunk)) request.pause();
  };
  const onEnd = () => void body.push(null);
  const onClose = () =>
    void body.destroy(request.complete ? undefined : new Error("The caller's body ended early"));
  request.on("data", onData).once("end", onEnd).once("close", onClose).pause();
  return body;
}
