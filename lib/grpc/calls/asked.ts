import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import type { Metadata } from "@grpc/grpc-js";
import type { Actor } from "@/lib/api/actor";
import { onceFrom, type Once } from "@/lib/api/idempotency/idempotency";
import { takeCall } from "@/lib/api/caller/key-caller";
import { callerOf, type Presented } from "@/lib/grpc/calls/caller";
import { readRequest } from "@/lib/grpc/messages/read-request";
import { limitHeaders } from "@/lib/limits/headers";

/** What an operation needs of the call that asks for it. */
export interface Asked {
  actor: Actor;
  /** The request in HTTP's JSON, not yet validated. */
  input: JsonObject;
  requestId: string;
  /** The call's `idempotency-key`, if it has one; the same operation and input over HTTP is the same write. */
  once(operation: string, input: unknown): Once | null;
}

/** Finds out who asks for what, in the order of HTTP: caller, its limits (told in `answerMetadata`), input. */
export async function askedOf(
  call: Presented & { request: Uint8Array },
  { method, requestId, answerMetadata }: { method: DescMethod; requestId: string; answerMetadata: Metadata },
): Promise<Asked> {
  const { actor, key } = await callerOf(call);
  await takeCall(key, (outcome) => {
    for (const [name, value] of Object.entries(limitHeaders(outcome))) answerMetadata.set(name, value);
  });
  const idempotencyKey = call.metadata.get("idempotency-key")[0]?.toString();
  return {
    actor,
    input: readRequest(method.input, call.request),
    requestId,
    once: (operation, input) => onceFrom(idempotencyKey, { operation, input }),
  };
}
