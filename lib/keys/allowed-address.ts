import ipaddr from "ipaddr.js";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Parsed lists, kept for as long as the key they belong to is. */
const parsed = new WeakMap<readonly string[], Range[]>();

/** Whether a key's address list admits an address. An empty list admits all; an unknown address fits no list. */
export function isAllowedAddress(allowedIps: readonly string[], address: string | null): boolean {
  if (allowedIps.length === 0) return true;
  if (address === null || !ipaddr.isValid(address)) return false;
  const caller = ipaddr.process(address);
  return rangesOf(allowedIps).some(
    ([base, bits]) => base.kind() === caller.kind() && caller.match(base, bits),
  );
}

function rangesOf(allowedIps: readonly string[]): Range[] {
  const known = parsed.get(allowedIps);
  if (known !== undefined) return known;
  const ranges = allowedIps.map(rangeOf);
  parsed.set(allowedIps, ranges);
  return ranges;
}

/** A mapped block such as ::ffff:10.0.0.0/104 is read as the IPv4 block that callers come from. */
function rangeOf(text: string): Range {
  const [base, bits]: Range = text.includes("/") ? ipaddr.parseCIDR(text) : wholeAddress(text);
  if (base.kind() === "ipv6" && ipaddr.process(base.toString()).kind() === "ipv4" && bits >= 96)
    return [ipaddr.process(base.toString()), bits - 96];
  return [base, bits];
}

function wholeAddress(text: string): Range {
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
