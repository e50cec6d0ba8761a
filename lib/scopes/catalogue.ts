/**
 * Platform scopes: they guard Latchkey's own endpoints and name its system events (`set:datastore` permits the event
 * `datastore.set`). A workspace cannot define them, and its wildcards never match them.
 */
export const platformScopes = {
  "create:keys": "Create keys within its own grant",
  "read:keys": "List and read keys, never their secrets",
  "update:keys": "Change keys within its own grant, disable and enable them",
  "rotate:keys": "Rotate secrets, extend and end overlaps",
  "revoke:keys": "Revoke keys for good",
  "verify:keys": "Ask whether a presented key is good",
  "create:services": "Put services behind the gateway",
  "read:services": "List and read services",
  "update:services": "Change services",
  "destroy:services": "Remove services",
  "invoke:services": "Call private services",
  "create:rules": "Write new rules",
  "read:rules": "List and read rules and rulesets",
  "update:rules": "Change and attach rules, roll back",
  "destroy:rules": "Remove rules",
  "read:decisions": "Read and stream decisions",
  "read:usage": "Read usage",
  "read:audit": "Read, verify and export the audit trail",
  "erase:audit": "Blank what audit entries say of a person",
  "create:customers": "Add customers",
  "read:customers": "List and read customers",
  "update:customers": "Change customers",
  "destroy:customers": "Remove customers",
  "create:portal-sessions": "Open a customer's stay in your own app",
  "read:portal-sessions": "List portal sessions",
  "destroy:portal-sessions": "End portal sessions",
  "create:plans": "Add plans",
  "read:plans": "List and read plans",
  "update:plans": "Change plans",
  "destroy:plans": "Remove plans",
  "read:members": "List members",
  "create:members": "Invite members",
  "update:members": "Change members' roles",
  "destroy:members": "Remove members",
  "read:workspace": "Read the workspace",
  "update:workspace": "Change the workspace's settings",
  "read:roles": "List roles and scopes",
  "create:roles": "Add roles and scopes",
  "update:roles": "Change roles and scopes",
  "destroy:roles": "Remove roles and scopes",
  "create:issuers": "Register issuers of JWTs",
  "read:issuers": "List and read issuers of JWTs",
  "update:issuers": "Change, disable and enable issuers of JWTs",
  "destroy:issuers": "Remove issuers of JWTs",
  "create:webhooks": "Register webhook endpoints and send messages",
  "read:webhooks": "List and read webhook endpoints and messages",
  "update:webhooks": "Change webhook endpoints, send messages again",
  "destroy:webhooks": "Remove webhook endpoints",
  "create:sinks": "Stream events to a sink",
  "read:sinks": "List sinks and their lag",
  "update:sinks": "Change sinks, replay from a time",
  "destroy:sinks": "Remove sinks",
  "get:datastore": "Read values",
  "set:datastore": "Write values",
  "del:datastore": "Delete values",
  "recent:datastore": "List recent values",
  "read:logs": "Read logs",
  "write:logs": "Write logs",
  "flush:logs": "Delete logs",
  "read:events": "Read and stream events",
} as const;

export type PlatformScope = keyof typeof platformScopes;

/** Every platform scope at once; granted by owners only. */
export const everyPlatformScope = "platform:*";

const names: ReadonlySet<string> = new Set(Object.keys(platformScopes));

/** Whether text is the name of one platform scope. */
export function isInCatalogue(name: string): name is PlatformScope {
  return names.has(name);
}

/** Whether a name is reserved for Latchkey's own endpoints. */
export function isPlatformScope(name: string): boolean {
  return names.has(name) || name.endsWith(":platform") || name.startsWith("platform:");
}

/** The system event that a platform scope permits: `set:datastore` permits `datastore.set`. */
export function eventOf(scope: PlatformScope): string {
  const colon = scope.indexOf(":");
  return `${scope.slice(colon + 1)}.${scope.slice(0, colon)}`;
}

/** `datastore::set` is another spelling of `set:datastore`. */
export function canonicalScope(name: string): string {
  const parts = name.split("::");
  return parts.length === 2 ? `${parts[1]}:${parts[0]}` : name;
}
