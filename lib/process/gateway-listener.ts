import { env, portalUrl, type Environment } from "@/lib/env";
import { recordDecision } from "@/lib/events/record";
import type { GatewayPorts } from "@/lib/gateway/ports";
import { startGateway } from "@/lib/gateway/server";
import { connectUpstream, upstreamDispatcher } from "@/lib/gateway/upstream/dispatcher";
import { authenticateSecret } from "@/lib/keys/authenticate";
import { hasGenuineCheck } from "@/lib/keys/check";
import { parseValue } from "@/lib/keys/format";
import { consumeLimits } from "@/lib/limits/consume";
import { limitHeaders } from "@/lib/limits/headers";
import type { Listener } from "@/lib/process/start";
import { currentRulesetBySlug } from "@/lib/rules/current";
import { decide } from "@/lib/rules/decide";

/** GATEWAY_PORT, with the real rooms behind it. */
export async function startGatewayListener({ GATEWAY_PORT, HOST }: Environment): Promise<Listener> {
  const { port, close } = await startGateway(GATEWAY_PORT, HOST, gatewayPorts());
  return { name: "gateway", port, close };
}

function gatewayPorts(): GatewayPorts {
  return {
    rulesetBySlug: currentRulesetBySlug,
    looksLikeKey: (value) => parseValue(value) !== null,
    isGenuine: (value) => {
      const parsed = parseValue(value);
      return parsed !== null && hasGenuineCheck(parsed);
    },
    authenticate: authenticateSecret,
    decide,
    consumeLimits,
    limitHeaders,
    record: recordDecision,
    dispatcher: upstreamDispatcher(),
    connect: connectUpstream,
    trustedProxies: env().TRUSTED_PROXIES,
    docsOrigin: portalUrl(),
  };
}
