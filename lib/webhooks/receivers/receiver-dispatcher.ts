import type { Dispatcher } from "undici";
import { createUpstreamDispatcher } from "@/lib/gateway/upstream/connection/dispatcher";
import { env } from "@/lib/env";
import {
  addressPolicy,
  type AddressPolicy,
  upstreamHostRefusal,
} from "@/lib/gateway/upstream/connection/private-address";
import { processState } from "@/lib/process/state";
import { resolveReceiver } from "@/lib/webhooks/receivers/resolve-receiver";

/** Customers choose receivers, so the networks that are open to upstreams are not open to them. */
const receiverPolicy = (): AddressPolicy => ({
  ...addressPolicy(),
  privateAddresses: env().WEBHOOK_PRIVATE_ADDRESSES,
});

/** This process' connections to receivers. The judged address is the one connected to. */
export function receiverDispatcher(): Dispatcher {
  return processState("receiver-dispatcher", () =>
    createUpstreamDispatcher(() => ({ policy: receiverPolicy(), resolve: resolveReceiver })),
  );
}

/** Whether a receiver's address may be called, as far as is known now: each connection judges it again. */
export async function mayBeCalled(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const address = { hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
  return (
    (await upstreamHostRefusal(address, { policy: receiverPolicy(), resolve: resolveReceiver })) === null
  );
}
