import { everyPlatformScope, platformScopes } from "@/lib/scopes/catalogue";
import type { Role } from "@/lib/accounts/schema";

const everyPlatformScopeByName = Object.keys(platformScopes);

/** What only owners may do. Without these an administrator never holds, and so never grants, every platform scope. */
const ownersOnly: readonly string[] = ["update:workspace"];

const readOnly = [
  "read:keys",
  "read:services",
  "read:rules",
  "read:decisions",
  "read:usage",
  "read:audit",
  "read:customers",
  "read:portal-sessions",
  "read:members",
  "read:workspace",
  "read:roles",
  "read:plans",
  "read:webhooks",
  "read:sinks",
  "read:issuers",
  "get:datastore",
  "recent:datastore",
  "read:logs",
  "read:events",
];

const scopesByRole: Record<Role, readonly string[]> = {
  owner: [everyPlatformScope, "*:*"],
  admin: [...everyPlatformScopeByName.filter((scope) => !ownersOnly.includes(scope)), "*:*"],
  developer: [
    ...readOnly,
    "create:keys",
    "update:keys",
    "rotate:keys",
    "revoke:keys",
    "verify:keys",
    "create:services",
    "update:services",
    "destroy:services",
    "invoke:services",
    "create:rules",
    "update:rules",
    "destroy:rules",
    "create:customers",
    "update:customers",
    "create:portal-sessions",
    "destroy:portal-sessions",
    "set:datastore",
    "del:datastore",
    "write:logs",
    "*:*",
  ],
  viewer: [...readOnly, "read:*"],
};

/**
 * The scopes that a member's session holds.
 *
 * | Role | May |
 * |---|---|
 * | owner | everything; the only one to grant `platform:*`, change the workspace or touch another owner |
 * | admin | everything else: members below owner, roles, customers, keys, services, rules, logs |
 * | developer | keys, services, rules and customers, the datastore, writing logs; reads the rest |
 * | viewer | reads |
 */
export function roleScopes(role: Role): readonly string[] {
  return scopesByRole[role];
}

const customerReadOnly = [
  "read:keys",
  "read:usage",
  "read:decisions",
  "read:events",
  "read:audit",
  "read:customers",
  "read:webhooks",
];
const customerKeys = ["create:keys", "update:keys", "rotate:keys", "revoke:keys"];
const customerWebhooks = ["create:webhooks", "update:webhooks", "destroy:webhooks"];
const customerMembers = ["read:members", "create:members", "update:members", "destroy:members"];

/**
 * The scopes of someone on a customer's side, all of which reach that customer's rows only. What its keys may hold,
 * admins and developers hold, so that they can pass it on: they see its datastore where its ceiling lets its keys.
 *
 * | Role | May |
 * |---|---|
 * | admin | the customer's keys, webhook endpoints and members |
 * | developer | the customer's keys and webhook endpoints |
 * | viewer | reads |
 */
export function customerRoleScopes(role: Role, ceiling: readonly string[]): readonly string[] {
  switch (role) {
    case "owner":
    case "admin":
      return [...customerReadOnly, ...customerKeys, ...customerWebhooks, ...customerMembers, ...ceiling];
    case "developer":
      return [...customerReadOnly, ...customerKeys, ...customerWebhooks, ...ceiling];
    case "viewer":
      return customerReadOnly;
  }
}
