import { addressFilters, isMoment, upTo } from "@/components/live/filters/address-filters";
import type { AuditFilters } from "@/lib/events/schema";

export const auditFilters = addressFilters<AuditFilters>(
  {},
  {
    action: upTo(100),
    actor: upTo(100),
    subject: upTo(100),
    address: upTo(64),
    reason: upTo(64),
    prefix: upTo(64),
    from: isMoment,
    to: isMoment,
  },
);

/** Reads `actor:user_1 keys.revoke` as typed: named filters; a bare word is an action, or an id of what it was done to. */
export function readTyped(text: string): Readonly<Record<string, string>> {
  const change: Record<string, string> = {};
  for (const word of text.trim().split(/\s+/)) {
    const colon = word.indexOf(":");
    const name = word.slice(0, Math.max(0, colon));
    const value = word.slice(colon + 1);
    if (auditFilters.isMeant(name, value)) change[name] = value;
    else if (/^[a-z-]+\.([a-z-]+|\*)$/.test(word)) change["action"] = word;
    else if (auditFilters.isMeant("subject", word)) change["subject"] = word;
  }
  return change;
}

/** Rooms whose actions are audited, as the filter offers them. */
export const rooms = [
  { value: "keys.*", label: "Keys" },
  { value: "rules.*", label: "Rules" },
  { value: "services.*", label: "Services" },
  { value: "customers.*", label: "Customers" },
  { value: "members.*", label: "Members" },
  { value: "accounts.*", label: "Accounts" },
  { value: "portal-sessions.*", label: "Portal sessions" },
  { value: "roles.*", label: "Roles" },
  { value: "scopes.*", label: "Scopes" },
  { value: "plans.*", label: "Plans" },
  { value: "issuers.*", label: "JWT issuers" },
  { value: "sinks.*", label: "Sinks" },
  { value: "webhooks.*", label: "Webhooks" },
  { value: "workspace.*", label: "Workspace" },
  { value: "authentication.fail", label: "Failed authentications" },
  { value: "audit.erase", label: "Erasures" },
] as const;
