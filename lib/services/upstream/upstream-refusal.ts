import { Problem } from "@/lib/api/problem";
import { upstreamHostRefusal } from "@/lib/gateway/upstream/connection/private-address";

/** Throws `invalid` for an upstream that Latchkey would refuse to connect to. A name that does not resolve yet passes. */
export async function requireReachableUpstream(upstream: string): Promise<void> {
  const { hostname, port, protocol } = new URL(upstream);
  const refusal = await upstreamHostRefusal({
    hostname,
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  });
  if (refusal !== null)
    throw new Problem("invalid", "Some fields are not valid.", {
      errors: [{ path: "upstream", message: `${refusal}.` }],
    });
}
