import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";
import { env } from "@/lib/env";
import { processState } from "@/lib/process/state";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = [Address, number];

/** What decides which addresses Latchkey may connect to on somebody's behalf. */
export interface AddressPolicy {
  /** PRIVATE_ADDRESSES, in CIDR notation. */
  privateAddresses: readonly string[];
  /** Ports that this process listens on, or is meant to. */
  ownPorts: ReadonlySet<number>;
  /** Addresses of this machine apart from loopback. */
  ownAddresses: () => ReadonlySet<string>;
}

/** Finds the addresses of a name. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** Cloud metadata services outside link-local: Azure, Alibaba, AWS over IPv6. Never an upstream, whatever is listed. */
const metadataServices = new Set(["168.63.129.16", "100.100.100.200", "fd00:ec2::254"]);

/** Ranges that stay refused even when PRIVATE_ADDRESSES covers them. `0.0.0.0` and `::` reach this machine on Linux. */
const neverReached = new Set<string>(["linkLocal", "unspecified", "multicast", "broadcast", "discard"]);

/**
 * Why `address` may not be connected to on `port`, as a sentence, or null when it may. IPv4 inside IPv6 (mapped, NAT64,
 * 6to4, compatible) counts as that IPv4. Everything that is not on the public internet must be listed in
 * PRIVATE_ADDRESSES; link-local, metadata services and our own listeners are refused always.
 */
export function addressRefusal(
  address: string,
  port: number,
  policy: AddressPolicy = addressPolicy(),
): string | null {
  const written = parseAddress(address);
  if (written === null) return `${address} is not an address`;
  const inner = innermost(written);
  const text = inner.toString();
  const range = rangeOf(inner);
  if (neverReached.has(range) || metadataServices.has(text)) return `${text} can never be an upstream`;
  if (policy.ownPorts.has(port) && (range === "loopback" || policy.ownAddresses().has(text)))
    return `${text} port ${port} is Latchkey itself`;
  if (range === "unicast" || blocksOf(policy.privateAddresses).some((block) => isInside(inner, block)))
    return null;
  return `${text} is a private address that PRIVATE_ADDRESSES does not list`;
}

/** The check when an upstream is written: a sentence, or null. A name that does not resolve yet passes; calls check again. */
export async function upstreamHostRefusal(
  { hostname, port }: { hostname: string; port: number },
  { policy = addressPolicy(), resolve = resolveHost }: { policy?: AddressPolicy; resolve?: Resolve } = {},
): Promise<string | null> {
  const addresses = await resolve(unbracketed(hostname)).catch(() => []);
  const refusals = addresses.map((address) => addressRefusal(address, port, policy));
  return refusals.some((refusal) => refusal === null) ? null : (refusals[0] ?? null);
}

/** Addresses of a hostname by the system's resolver; an address names itself. */
export const resolveHost: Resolve = async (hostname) => {
  if (isIP(hostname) !== 0) return [hostname];
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/** `[::1]` as `::1`; any other hostname as it is. */
export function unbracketed(hostname: string): string {
  return hostname.startsWith("[") && hostname.endsWith("]") ? hostname.slice(1, -1) : hostname;
}

const ports = () => processState("listener-ports", () => new Set<number>());

/** Called by every listener once it is bound, so that no upstream can lead back into this process. */
export function reserveOwnPort(port: number): void {
  ports().add(port);
}

/** The policy of this process. */
export function addressPolicy(): AddressPolicy {
  return processState("address-policy", () => {
    const { PRIVATE_ADDRESSES, PORT, GATEWAY_PORT, GRPC_PORT } = env();
    for (const port of [PORT, GATEWAY_PORT, GRPC_PORT]) if (port !== 0) reserveOwnPort(port);
    return { privateAddresses: PRIVATE_ADDRESSES, ownPorts: ports(), ownAddresses: machineAddresses };
  });
}

const interfaces = processState("machine-addresses", () => ({
  readAtMs: -Infinity,
  addresses: new Set<string>(),
}));

function machineAddresses(): ReadonlySet<string> {
  if (Date.now() - interfaces.readAtMs > 10_000) {
    const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    interfaces.addresses = new Set(all.map(({ address }) => parseAddress(address)?.toString() ?? address));
    interfaces.readAtMs = Date.now();
  }
  return interfaces.addresses;
}

function parseAddress(text: string): Address | null {
  const bare = unbracketed(text).split("%", 1)[0] ?? "";
  return isIP(bare) === 0 ? null : ipaddr.parse(bare);
}

/** The IPv4 address that an IPv6 one leads to; else the address itself. */
function innermost(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  const bytes = address.toByteArray();
  switch (rangeOf(address)) {
    case "ipv4Mapped":
    case "rfc6145":
    case "rfc6052":
    case "compatible":
      return new ipaddr.IPv4(bytes.slice(12));
    case "6to4":
      return new ipaddr.IPv4(bytes.slice(2, 6));
    default:
      return address;
  }
}

/**
 * ipaddr.js' range, with its gaps closed: the deprecated `::a.b.c.d`, what was never handed out (outside 2000::/3), and
 * NAT64's local prefix, where the IPv4 address may stand anywhere.
 */
function rangeOf(address: Address): string {
  const range: string = address.range();
  if (!(address instanceof ipaddr.IPv6)) return range;
  if (range === "rfc6052" && address.parts[2] === 1) return "reserved";
  if (range !== "unicast") return range;
  const [first = 0, ...rest] = address.parts;
  if (first === 0 && rest.slice(0, 5).every((part) => part === 0)) return "compatible";
  return (first & 0xe000) === 0x2000 ? "unicast" : "reserved";
}

const parsedBlocks = new WeakMap<readonly string[], Block[]>();

function blocksOf(list: readonly string[]): Block[] {
  const known = parsedBlocks.get(list);
  if (known !== undefined) return known;
  const parsed = list.map((cidr): Block => ipaddr.parseCIDR(cidr));
  parsedBlocks.set(list, parsed);
  return parsed;
}

/** Whether an address lies in a CIDR block of its own kind. */
function isInside(address: Address, [base, bits]: Block): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}
