import { toBinary, type DescMethod } from "@bufbuild/protobuf";
import { Metadata, type handleUnaryCall } from "@grpc/grpc-js";
import { newId } from "@/lib/db/id";
import { askedOf, type Asked } from "@/lib/grpc/calls/asked";
import { statusOf } from "@/lib/grpc/calls/status";
import { fromHttpJson } from "@/lib/grpc/messages/http-json";

/** Answers in HTTP's JSON, or throws a problem. */
export type Operation = (asked: Asked) => Promise<object>;

/**
 * A unary call around an operation. A call that is over (cancelled, or past its deadline) before its operation began
 * begins none; one that has begun is finished, so that nothing is half done, and its answer goes nowhere.
 */
export function unary(method: DescMethod, operation: Operation): handleUnaryCall<Buffer, Uint8Array> {
  return (call, callback) => {
    const requestId = newId("req");
    const answerMetadata = new Metadata();
    answerMetadata.set("x-request-id", requestId);
    const run = async () => {
      const asked = await askedOf(call, { method, requestId, answerMetadata });
      if (call.cancelled) return;
      const message = fromHttpJson(method.output, await operation(asked));
      call.sendMetadata(answerMetadata);
      callback(null, toBinary(method.output, message));
    };
    run().catch((error: unknown) => callback(statusOf(error, { requestId, metadata: answerMetadata })));
  };
}
