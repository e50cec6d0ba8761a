import { Problem } from "@/lib/api/problem";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import type { Call } from "@/lib/gateway/call";
import type { Presented } from "@/lib/gateway/credential/presented";
import { type GatewayPorts, type Soon, whenThere } from "@/lib/gateway/ports";
import type { TokenAuthentication } from "@/lib/issuers/tokens/authenticate";
import { isPassing, type TokenRefusal, tokenRefusals } from "@/lib/issuers/tokens/refusal";

/**
 * Sets the call's caller where Authorization holds a JWT of one of the workspace's issuers; answers null for anybody
 * else's, which belongs to the upstream. A JWT that names a registered issuer and is not good is refused, never passed
 * on. Throws the {@link Problem} to answer with.
 */
export function identifyByToken(
  presented: Presented,
  { call, ports }: { call: Call; ports: GatewayPorts },
): Soon<Presented | null> {
  const { token } = presented;
  if (token === null || call.ruleset === null) return null;
  const startedMs = performance.now();
  const found = ports.authenticateToken(call.ruleset.workspace.id, token, { address: call.address });
  return whenThere(found, (authentication) => {
    call.authenticateMs = performance.now() - startedMs;
    if (authentication === null) return null;
    if (presented.value !== null)
      throw new Problem("two-credentials", "A key and a token of a registered issuer were sent; send one.");
    call.key = keyOf(authentication, call);
    return { ...presented, onlyInAuthorization: false, inAuthorization: true };
  });
}

function keyOf(authentication: NonNullable<TokenAuthentication>, call: Call) {
  if (authentication.ok) return authentication.key;
  call.reason = authentication.code;
  const workspaceId = call.ruleset?.workspace.id ?? null;
  const { source, reason, address } = call;
  noteFailedAuthentication({ via: source, reason, address, value: null, key: null, workspaceId });
  throw refusal(authentication.code);
}

function refusal(code: TokenRefusal): Problem {
  if (isPassing(code))
    return new Problem("unavailable", tokenRefusals[code], { retryAfterSeconds: 1, members: { code } });
  return new Problem("unauthorized", tokenRefusals[code], { members: { code } });
}
