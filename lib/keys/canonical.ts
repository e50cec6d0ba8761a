import ipaddr from "ipaddr.js";

/** An address block: its first address and how many of its bits are fixed. */
export type Block = readonly [base: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

const mappedBits = 96;

/**
 * Reads an address or CIDR block; null when it is none. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is the IPv4
 * address, as callers' addresses are; a block that reaches beyond those is refused, because nobody would know what it
 * means. So are zones (`fe80::1%eth0`), which name a network card of one machine, and octal or shortened IPv4.
 */
export function parseBlock(text: string): Block | null {
  const [address = "", length, ...more] = text.split("/");
  if (more.length > 0 || address.includes("%")) return null;
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return null;
  const base = ipaddr.parse(address);
  const whole = base.kind() === "ipv4" ? 32 : 128;
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return null;
  const bits = length === undefined ? whole : Number(length);
  if (bits > whole) return null;
  if (!(base instanceof ipaddr.IPv6) || !base.isIPv4MappedAddress()) return [base, bits];
  return bits < mappedBits ? null : [base.toIPv4Address(), bits - mappedBits];
}

/** The one spelling of a block: its network address and length (`10.1.2.3/8` is `10.0.0.0/8`), or a lone address. */
export function canonicalBlock(text: string): string | null {
  const block = parseBlock(text);
  if (block === null) return null;
  const [base, bits] = block;
  if (base instanceof ipaddr.IPv4)
    return bits === 32
      ? base.toString()
      : `${ipaddr.IPv4.networkAddressFromCIDR(`${base.toString()}/${bits}`).toString()}/${bits}`;
  return bits === 128
    ? base.toRFC5952String()
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${base.toString()}/${bits}`).toRFC5952String()}/${bits}`;
}

/** Whether a block holds an address, given as {@link parseBlock} reads it. */
export function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Block): boolean {
  return base.kind() === address.kind() && address.match(base, bits);
}

/**
 * The origin as browsers send it: scheme and host in lower case, no default port, no path. Null for anything that is no
 * `http` or `https` origin, also for one with a path, a query or a password.
 */
export function canonicalOrigin(text: string): string | null {
  if (!/^https?:\/\/[^/?#@*\\\s]+\/?$/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).origin;
}
