import ipaddr from "ipaddr.js";
import { isWithin, parseBlock } from "@/lib/keys/canonical";
import { failed, inside, no, yes, type Place, type Truth } from "@/lib/rules/language/conditions/condition";

/** Compiles networks such as `10.0.0.0/8`, or lone addresses; text that is no address is an error. Reports what is no network. */
export function compileNetworks(networks: string | readonly string[], place: Place): (text: string) => Truth {
  const blocks = [networks].flat().flatMap((network, index) => {
    const block = parseBlock(network);
    if (block !== null) return [block];
    const { path } = Array.isArray(networks) ? inside(place, index) : place;
    place.report({ path, message: `“${network}” is not a network such as 10.0.0.0/8, nor an address` });
    return [];
  });
  return (text) => {
    const address = readAddress(text);
    if (address === null) return failed;
    return blocks.some((block) => isWithin(address, block)) ? yes : no;
  };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

let last: { text: string; address: Address | null } = { text: "", address: null };

/** All rules on one request ask for the same address, so the last one is remembered. */
function readAddress(text: string): Address | null {
  if (last.text !== text) last = { text, address: parseAddress(text) };
  return last.address;
}

/** IPv4 in four decimal parts, as nothing reads those differently, or IPv6; IPv4 written as IPv6 is the IPv4 address. */
function parseAddress(text: string): Address | null {
  if (text.length > 100) return null;
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.process(text);
}
