import ipaddr from "ipaddr.js";
import { env } from "@/lib/env";
import { processState } from "@/lib/process/state";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

const trusted = processState("trusted-proxies", () =>
  env().TRUSTED_PROXIES.map((cidr): Range => ipaddr.parseCIDR(cidr)),
);

/** Whether a peer is one of TRUSTED_PROXIES, so that what it forwards may be believed. */
export function isTrustedProxy(address: string): boolean {
  if (trusted.length === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return trusted.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match(base, bits));
}

/**
 * The caller's address: the peer's, or behind trusted proxies the last entry of X-Forwarded-For that is not one
 * of them. An entry that is no address ends the walk, because nothing before it can be believed.
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined): string | null {
  if (peer === undefined || !ipaddr.isValid(peer)) return null;
  let address = ipaddr.process(peer).toString();
  const hops = (forwardedFor ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .reverse();
  for (const hop of hops) {
    if (!isTrustedProxy(address) || !ipaddr.isValid(hop)) return address;
    address = ipaddr.process(hop).toString();
  }
  return address;
}
