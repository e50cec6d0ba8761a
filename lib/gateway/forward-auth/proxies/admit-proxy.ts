import { Problem } from "@/lib/api/problem";
import { noteFailedAuthentication } from "@/lib/events/failures/note";
import { isListed } from "@/lib/gateway/forward-auth/proxies/believed";
import { proxyKeyHeader } from "@/lib/gateway/forward-auth/proxies/original";
import { type GatewayPorts, type Soon, whenThere } from "@/lib/gateway/ports";
import type { Authentication, VerifiedKey } from "@/lib/keys/authentication/verified-key";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import type { RoleCheck } from "@/lib/events/schema";
import { holds } from "@/lib/scopes/grant";
import { carriedCheck, tellRoleCheck, type Checked } from "@/lib/scopes/role-check";
import type { CompiledService } from "@/lib/services/schema";

/** A question about a service, and who asks it. */
export interface Asking {
  /** Null where no workspace has the slug that was asked about. */
  ruleset: CompiledRuleset | null;
  service: CompiledService | undefined;
  /** The other end of the connection; no header has a say in it. */
  peer: string | null;
  /** The proxy's own request. */
  method: string;
  rawHeaders: readonly string[];
  ports: GatewayPorts;
}

const scope = "verify:keys";

/** A service that may be asked about, and the check that let a proxy with a key ask. */
export interface Admitted {
  service: CompiledService;
  roleCheck: RoleCheck | null;
}

/**
 * The service, if whoever asks may be believed about it: by the address of the connection, else by a key of the
 * workspace with `verify:keys`. Everybody else is told nothing, not even whether there is such a service.
 * Throws `unauthorized`, `forbidden`, `not-found`, `rate-limited`, `unavailable`.
 */
export function admitProxy(asking: Asking): Soon<Admitted> {
  const { service, peer } = asking;
  if (service !== undefined && isListed(service.forwardAuth, peer))
    return { service: enabled(service), roleCheck: null };
  const value = proxyKey(asking.rawHeaders);
  if (value === null)
    throw new Problem(
      "unauthorized",
      "This proxy is not believed: its address is not listed for the service, and it shows no key in X-Latchkey-Proxy-Key.",
      { members: { code: "PROXY_UNKNOWN" } },
    );
  return whenThere(asking.ports.authenticate(value, { address: peer }), (authentication) => {
    const key = proxyOf(authentication, value, asking);
    const checked = checkedOf(key, asking);
    return whenThere(asking.ports.consumeLimits(key, 1), (outcome) => {
      try {
        if (!outcome.ok)
          throw new Problem("rate-limited", "The proxy's own key reached a limit.", {
            retryAfterSeconds: outcome.retryAfterSeconds,
            members: { code: "PROXY_LIMITED" },
          });
        if (service === undefined) throw nothingHere();
        return { service: enabled(service), roleCheck: carriedCheck(checked, scope) };
      } catch (error) {
        tellRoleCheck(checked, { scope, granted: true });
        throw error;
      }
    });
  });
}

function checkedOf({ workspaceId, keyId, name, customer }: VerifiedKey, { method }: Asking): Checked {
  const customerId = customer?.id ?? null;
  return { workspaceId, keyId, name, customerId, endpoint: `${method} /api/v1/forward-auth` };
}

function enabled(service: CompiledService): CompiledService {
  if (!service.forwardAuth.enabled) throw nothingHere();
  return service;
}

const nothingHere = () => new Problem("not-found", "There is no such service that forward-auth is on for.");

/** Null for none. Two are refused even if they are the same: one of them is not the proxy's. */
function proxyKey(rawHeaders: readonly string[]): string | null {
  let found: string | null = null;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length !== proxyKeyHeader.length || name.toLowerCase() !== proxyKeyHeader) continue;
    if (found !== null)
      throw new Problem("bad-request", "X-Latchkey-Proxy-Key was sent twice.", {
        members: { code: "PROXY_HEADERS" },
      });
    found = rawHeaders[at + 1] ?? "";
  }
  return found === "" ? null : found;
}

/** The key, if it may ask for this workspace. Another workspace's is good, but has no such service. */
function proxyOf(authentication: Authentication, value: string, asking: Asking): VerifiedKey {
  const { peer, ports, ruleset } = asking;
  if (!authentication.ok) {
    const { code, key } = authentication;
    noteFailedAuthentication({ via: "forward-auth", reason: code, address: peer, value, key });
    if (code === "BUSY")
      throw new Problem("unavailable", "Too many first checks of keys at once.", { retryAfterSeconds: 1 });
    throw new Problem("unauthorized", "The proxy's key is not good here.", {
      members: { code: "PROXY_UNKNOWN" },
    });
  }
  const { key } = authentication;
  if (!ports.mayCallFrom(key, peer)) {
    noteFailedAuthentication({ via: "forward-auth", reason: "IP_FORBIDDEN", address: peer, value, key });
    throw new Problem("forbidden", "The proxy's key may not be used from its address.");
  }
  const granted = holds(key.scopes, scope);
  const isTheirs = key.customer === null && key.workspaceId === ruleset?.workspace.id;
  if (!granted || !isTheirs) tellRoleCheck(checkedOf(key, asking), { scope, granted });
  if (!granted)
    throw new Problem("forbidden", `The proxy's key lacks ${scope}.`, { members: { requiredScope: scope } });
  // A customer's key knows of its customer's keys only; a proxy's callers may be anybody's.
  if (key.customer !== null) throw new Problem("forbidden", "A customer's key cannot be a proxy's.");
  if (!isTheirs) throw nothingHere();
  return key;
}
