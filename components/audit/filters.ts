import type { AuditFilters } from "@/lib/events/schema";

/** Names that stand in the address bar. */
export const filterNames = ["action", "actor", "subject", "address", "from", "to"] as const;
type FilterName = (typeof filterNames)[number];

const longest = { action: 100, actor: 100, subject: 100, address: 64 } as const;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Whether the API would take a value. Said here again, so that the page loads without the API's schemas. */
function isMeant(name: FilterName, value: string): boolean {
  if (name === "from" || name === "to") return moment.test(value) && !Number.isNaN(Date.parse(value));
  return value.length <= longest[name];
}

/** The filters that an address names; what does not parse is left out. */
export function readFilters(search: Pick<URLSearchParams, "get">): AuditFilters {
  const filters: AuditFilters = {};
  for (const name of filterNames) {
    const value = search.get(name);
    if (value !== null && value !== "" && isMeant(name, value)) Object.assign(filters, { [name]: value });
  }
  return filters;
}

/** The address change that takes every filter away. */
export const noFilters: Readonly<Record<FilterName, null>> = {
  action: null,
  actor: null,
  subject: null,
  address: null,
  from: null,
  to: null,
};

/** Reads `actor:user_1 keys.revoke` as typed: named filters; a bare word is an action, or an id of what it was done to. */
export function readTyped(text: string): Partial<Record<FilterName, string>> {
  const change: Partial<Record<FilterName, string>> = {};
  for (const word of text.trim().split(/\s+/)) {
    const colon = word.indexOf(":");
    const name = filterNames.find((one) => one === word.slice(0, Math.max(0, colon)));
    const value = word.slice(colon + 1);
    if (name !== undefined && value !== "" && isMeant(name, value)) change[name] = value;
    else if (/^[a-z-]+\.([a-z-]+|\*)$/.test(word)) change.action = word;
    else if (word !== "" && word.length <= longest.subject) change.subject = word;
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
