import { toBinary, type DescMethod } from "@bufbuild/protobuf";
import { Metadata, type handleServerStreamingCall, type ServerWritableStream } from "@grpc/grpc-js";
import { newId } from "@/lib/db/id";
import { askedOf, type Asked } from "@/lib/grpc/calls/asked";
import { statusOf } from "@/lib/grpc/calls/status";
import { fromHttpJson } from "@/lib/grpc/messages/http-json";

/**
 * A server-streaming call around an operation that yields messages in HTTP's JSON. The next is asked for only when the
 * caller has taken the one before, and none after the caller left or its deadline passed.
 */
export function serverStream(
  method: DescMethod,
  operation: (asked: Asked) => AsyncGenerator<object, void>,
): handleServerStreamingCall<Buffer, Uint8Array> {
  return (call) => {
    const requestId = newId("req");
    const metadata = new Metadata();
    metadata.set("x-request-id", requestId);
    const run = async () => {
      const asked = await askedOf(call, { method, requestId, answerMetadata: metadata });
      for await (const part of operation(asked)) {
        // Leaving the loop also ends the operation.
        if (call.cancelled) return;
        if (!call.writableEnded)
          await taken(call, toBinary(method.output, fromHttpJson(method.output, part)));
      }
      call.end();
    };
    run().catch((error: unknown) => call.emit("error", statusOf(error, { requestId, metadata })));
  };
}

/** Resolves when the message was handed on, or the caller is gone. */
function taken(call: ServerWritableStream<Buffer, Uint8Array>, message: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    call.once("cancelled", resolve);
    call.write(message, () => {
      call.off("cancelled", resolve);
      resolve();
    });
  });
}
