import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import { clientAddress } from "@/lib/api/caller/client-address";
import { keyCaller, type KeyCaller } from "@/lib/api/caller/key-caller";
import { Problem } from "@/lib/api/problem";
import { credentialFromHeaders, credentialHeaders } from "@/lib/gateway/credential/credential";

const names = ["authorization", ...credentialHeaders];

/** The part of a call that says who is calling, and from where. */
export type Presented = Pick<ServerUnaryCall<unknown, unknown>, "metadata" | "getPeer" | "getPath">;

/**
 * The caller of a gRPC call: the key in its metadata, judged as over HTTP. There are no portal sessions here.
 * Throws `two-credentials`, `unauthorized`, `forbidden`, `unavailable`.
 */
export function callerOf(call: Presented): KeyCaller | Promise<KeyCaller> {
  const value = presentedKey(call.metadata);
  if (value === null) throw new Problem("unauthorized", "Send a key as metadata: authorization: Bearer.");
  // A proxy for browsers passes their Origin on.
  const [origin] = call.metadata.get("origin");
  return keyCaller(value, {
    via: "grpc",
    endpoint: call.getPath(),
    address: addressOf(call),
    origin: origin?.toString(),
  });
}

function presentedKey(metadata: Metadata): string | null {
  const pairs: [string, string][] = [];
  for (const name of names) for (const value of metadata.get(name)) pairs.push([name, String(value)]);
  return credentialFromHeaders(pairs);
}

/** The peer without its port, or behind trusted proxies whom they name. */
function addressOf(call: Presented): string | null {
  const peer = call.getPeer();
  const colon = peer.lastIndexOf(":");
  const [forwardedFor] = call.metadata.get("x-forwarded-for");
  return clientAddress(colon < 0 ? peer : peer.slice(0, colon), forwardedFor?.toString());
}
