import { clientAddress, isTrustedProxy } from "@/lib/api/caller/client-address";
import { env, portalUrl } from "@/lib/env";
import { recordDecision, recordingRefusal, takeDecision } from "@/lib/events/recording/record";
import { hookioDoor } from "@/lib/gateway/hookio/door";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { connectUpstream, upstreamDispatcher } from "@/lib/gateway/upstream/connection/dispatcher";
import { authenticateToken } from "@/lib/issuers/tokens/authenticate";
import { isAllowedAddress } from "@/lib/keys/verification/allowed-address";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { hasGenuineCheck } from "@/lib/keys/authentication/check";
import { hasValueShape, parseValue } from "@/lib/keys/format";
import { consumeLimits } from "@/lib/limits/consume";
import { limitHeaders } from "@/lib/limits/headers";
import { currentRulesetBySlug } from "@/lib/rules/current";
import { decide } from "@/lib/rules/verdict/decide";

/** The rest of this house, as the gateway asks it. */
export function ownPorts(): GatewayPorts {
  return {
    rulesetBySlug: currentRulesetBySlug,
    looksLikeKey: hasValueShape,
    isGenuine: (value) => {
      const parsed = parseValue(value);
      return parsed !== null && hasGenuineCheck(parsed);
    },
    authenticate: authenticateSecret,
    authenticateToken,
    decide,
    consumeLimits,
    limitHeaders,
    record: recordDecision,
    recordWithTurn: takeDecision,
    recordingRefusal,
    dispatcher: upstreamDispatcher(),
    connect: connectUpstream,
    isTrustedProxy,
    clientAddress,
    mayCallFrom: (key, address) => isAllowedAddress(key.allowedIps, address),
    docsOrigin: portalUrl(),
    hookio: env().HOOKIO_COMPAT === "on" ? hookioDoor() : null,
  };
}
