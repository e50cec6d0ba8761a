import type { Socket } from "node:net";
import { Agent, buildConnector, type Dispatcher } from "undici";
import {
  addressPolicy,
  type AddressPolicy,
  addressRefusal,
  type Resolve,
  resolveHost,
  unbracketed,
} from "@/lib/gateway/upstream/connection/private-address";
import { connectEcho, echoHost } from "@/lib/gateway/upstream/echo";
import { processState } from "@/lib/process/state";

/** An upstream's address is one that Latchkey does not connect to. The message says which and why. */
export class RefusedAddress extends Error {}

/** Longest wait for one address of an upstream to accept; services set shorter ones of their own. */
const connectTimeoutMsMax = 60_000;

/** What guards connections; tests put their own in. */
export interface Guard {
  policy: AddressPolicy;
  resolve: Resolve;
}

/**
 * Connects to an upstream: the name is resolved once, each address is checked, and the checked address is the one that
 * is connected to, so a name that resolves to something else a moment later gains nothing.
 */
export function guardedConnector(guard: () => Guard): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMsMax, allowH2: false });
  return (options, callback) => {
    void connectGuarded({ connect, options, guard: guard() }).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

interface Attempt {
  connect: buildConnector.connector;
  options: buildConnector.Options;
  guard: Guard;
}

async function connectGuarded({ connect, options, guard }: Attempt): Promise<Socket> {
  const hostname = unbracketed(options.hostname);
  if (hostname === echoHost && options.protocol === "http:") return connectEcho();
  const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80);
  let failure: unknown = new RefusedAddress(`${hostname} has no address`);
  for (const address of await guard.resolve(hostname)) {
    const refusal = addressRefusal(address, port, guard.policy);
    if (refusal !== null) {
      failure = new RefusedAddress(refusal);
      continue;
    }
    try {
      return await connectOnce(connect, { ...options, hostname: address });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function connectOnce(connect: buildConnector.connector, options: buildConnector.Options): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect(options, (error, socket) => (error === null ? resolve(socket) : reject(error)));
  });
}

/** A pool of connections to upstreams, each made by a {@link guardedConnector}. */
export function createUpstreamDispatcher(guard: () => Guard): Dispatcher {
  return new Agent({ connect: guardedConnector(guard), pipelining: 1, maxOrigins: Infinity });
}

const ownGuard = (): Guard => ({ policy: addressPolicy(), resolve: resolveHost });

/** The pool of this process. */
export function upstreamDispatcher(): Dispatcher {
  return processState("upstream-dispatcher", () => createUpstreamDispatcher(ownGuard));
}

/** One connection of its own, for protocols that take a socket over. */
export function connectUpstream(origin: URL, guard: () => Guard = ownGuard): Promise<Socket> {
  const { hostname, host, protocol, port } = origin;
  return connectOnce(guardedConnector(guard), { hostname, host, protocol, port });
}
