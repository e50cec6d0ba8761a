import ipaddr from "ipaddr.js";
import { isWithin, parseBlock, type Block } from "@/lib/keys/canonical";

/** Parsed lists, kept for as long as the key they belong to is. */
const parsed = new WeakMap<readonly string[], readonly Block[]>();

/**
 * Whether a key's address list admits an address. An empty list admits all; an unknown address fits no list. The
 * address is the caller's as TRUSTED_PROXIES lets it be known; its zone, if it has one, does not count.
 */
export function isAllowedAddress(allowedIps: readonly string[], address: string | null): boolean {
  if (allowedIps.length === 0) return true;
  if (address === null || !ipaddr.isValid(address)) return false;
  const caller = ipaddr.process(address);
  return blocksOf(allowedIps).some((block) => isWithin(caller, block));
}

function blocksOf(allowedIps: readonly string[]): readonly Block[] {
  const known = parsed.get(allowedIps);
  if (known !== undefined) return known;
  const blocks = allowedIps.map(parseBlock).filter((block) => block !== null);
  parsed.set(allowedIps, blocks);
  return blocks;
}
