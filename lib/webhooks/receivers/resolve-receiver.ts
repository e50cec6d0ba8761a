import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { type Resolve, resolveHost } from "@/lib/gateway/upstream/connection/private-address";
import { processState } from "@/lib/process/state";

const limitMs = 3_000;
const serverLimitMs = 2_000;

/** A receiver's name found no address in time: its name server stays silent, or others are waited for. */
export class SlowName extends Error {
  override message = `The receiver's name did not resolve within ${limitMs / 1_000} seconds.`;
}

/** Answers that say that the name servers do not know a name. */
const unknown = new Set(["ENOTFOUND", "ENODATA", "ECONNREFUSED"]);

/** What tests put in. */
export interface Resolving {
  /** Name servers in place of the system's. */
  servers?: readonly string[];
  /** Asked for what the name servers do not know. */
  system?: Resolve;
}

/**
 * Finds the addresses of receivers. Customers choose these names, and a lookup by the system holds one of this process'
 * few threads until the name's server answers, so the servers are asked directly. What they do not know is looked up by the
 * system (`/etc/hosts`, search domains), one name at a time. Rejects with {@link SlowName} after three seconds.
 */
export function createReceiverResolver({ servers, system = resolveHost }: Resolving = {}): Resolve {
  const underWay = new Map<string, Promise<readonly string[]>>();
  let systemsTurn: Promise<unknown> = Promise.resolve();

  const bySystem = (hostname: string, signal: AbortSignal) => {
    const found = systemsTurn.then(() => (signal.aborted ? [] : system(hostname)));
    systemsTurn = found.catch(() => undefined);
    return found;
  };
  const find = async (hostname: string, signal: AbortSignal) => {
    const byServers = await askServers(hostname, { servers, signal });
    return byServers ?? bySystem(hostname, signal);
  };
  return (hostname) => {
    if (isIP(hostname) !== 0) return Promise.resolve([hostname]);
    if (hostname === "localhost") return Promise.resolve(["127.0.0.1", "::1"]);
    const shared = underWay.get(hostname);
    if (shared !== undefined) return shared;
    const found = inTime((signal) => find(hostname, signal)).finally(() => underWay.delete(hostname));
    underWay.set(hostname, found);
    return found;
  };
}

/** Null where the name servers do not know the name. */
async function askServers(
  hostname: string,
  { servers, signal }: { servers: readonly string[] | undefined; signal: AbortSignal },
): Promise<string[] | null> {
  const resolver = new Resolver({ timeout: serverLimitMs, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  signal.addEventListener("abort", () => resolver.cancel(), { once: true });
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length > 0) return addresses;
  for (const answer of answers)
    if (answer.status === "rejected" && !unknown.has(codeOf(answer.reason)))
      throw codeOf(answer.reason) === "ETIMEOUT" ? new SlowName() : answer.reason;
  return null;
}

function inTime(find: (signal: AbortSignal) => Promise<readonly string[]>): Promise<readonly string[]> {
  const over = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new SlowName());
      over.abort();
    }, limitMs);
    find(over.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

const codeOf = (error: unknown) =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** The same for all of this process. */
export const resolveReceiver: Resolve = (hostname) =>
  processState("receiver-resolver", () => createReceiverResolver())(hostname);
