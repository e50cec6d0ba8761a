import type { Capability } from "@/lib/portal-sessions/schema";

/** What a portal session may do, in words. */
export const capabilityWords: Record<Capability, string> = {
  "keys:read": "See keys",
  "keys:create": "Create keys",
  "keys:update": "Change keys",
  "keys:rotate": "Rotate keys",
  "keys:revoke": "Revoke keys",
  "usage:read": "See usage",
  "decisions:read": "See decisions",
  "audit:read": "See the audit trail",
  "webhooks:read": "See webhooks",
  "webhooks:manage": "Manage webhooks",
};
