import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { isAllowedAddress } from "@/lib/keys/verification/allowed-address";
import type { ForwardAuth } from "@/lib/services/schema";

/** Answers of {@link isListed}, for as long as the service's settings stay as they are. */
const answers = new WeakMap<ForwardAuth, Map<string, boolean>>();
const answersMax = 10_000;

/** Whether an address is one of the proxies that a service believes. An empty list holds nobody. */
export function isListed(settings: ForwardAuth, address: string | null): boolean {
  if (address === null || settings.callers.length === 0) return false;
  let known = answers.get(settings);
  if (known === undefined) answers.set(settings, (known = new Map()));
  let listed = known.get(address);
  if (listed === undefined) {
    if (known.size >= answersMax) known.clear();
    known.set(address, (listed = isAllowedAddress(settings.callers, address)));
  }
  return listed;
}

/**
 * The caller's address out of what a believed proxy tells: the last one that is not a proxy itself. What is no address
 * ends the walk, because nothing before it can be believed.
 */
export function originalAddress(forwardedFor: string, isProxy: (address: string) => boolean): string | null {
  let address: string | null = null;
  let end = forwardedFor.length;
  while (end >= 0) {
    const comma = end === 0 ? -1 : forwardedFor.lastIndexOf(",", end - 1);
    const hop = canonicalAddress(forwardedFor.slice(comma + 1, end).trim());
    if (hop === null) return address;
    address = hop;
    if (comma < 0 || !isProxy(address)) return address;
    end = comma;
  }
  return address;
}

function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  return ipaddr.isValid(text) && text.includes(":") ? ipaddr.process(text).toString() : null;
}
