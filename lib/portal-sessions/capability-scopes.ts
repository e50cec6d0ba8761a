import type { Capability } from "@/lib/portal-sessions/schema";
import { isPlatformScope, type PlatformScope } from "@/lib/scopes/catalogue";
import { holds, withinCeiling } from "@/lib/scopes/grant";

/** What each capability lets a session do here. */
const scopesOf: Record<Capability, readonly PlatformScope[]> = {
  "keys:read": ["read:keys"],
  "keys:create": ["create:keys"],
  "keys:update": ["update:keys"],
  "keys:rotate": ["rotate:keys"],
  "keys:revoke": ["revoke:keys"],
  "usage:read": ["read:usage"],
  "decisions:read": ["read:decisions"],
  "audit:read": ["read:audit"],
  "webhooks:read": ["read:webhooks"],
  "webhooks:manage": ["read:webhooks", "create:webhooks", "update:webhooks", "destroy:webhooks"],
};

/** The platform scopes behind capabilities. */
export function capabilityScopes(capabilities: readonly Capability[]): PlatformScope[] {
  return [...new Set(capabilities.flatMap((capability) => scopesOf[capability]))];
}

/**
 * Scopes of the workspace's own API that keys made in a session may hold: what whoever opened it holds, under the
 * customer's ceiling. Platform scopes come from capabilities alone, so that none of them does what was not given.
 */
export function grantableScopes(opener: readonly string[], ceiling: readonly string[]): string[] {
  return withinCeiling(opener, ceiling).filter((scope) => !isPlatformScope(scope));
}

/** Everything that a session holds: its capabilities as far as its opener still has them, and what it may pass on. */
export function sessionScopes(
  capabilities: readonly Capability[],
  { opener, ceiling }: { opener: readonly string[]; ceiling: readonly string[] },
): string[] {
  const own = capabilityScopes(capabilities).filter((scope) => holds(opener, scope));
  return [...own, ...grantableScopes(opener, ceiling)].sort();
}
