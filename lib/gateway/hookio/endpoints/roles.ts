import { canonicalScope } from "@/lib/scopes/catalogue";

/** Roles that are spelled unlike their scope: `hook::run` is `invoke:services`. */
const unlike = new Map([
  ["hook::run", "invoke:services"],
  ["keys::destroy", "revoke:keys"],
]);

const byScope = new Map([...unlike].map(([role, scope]) => [scope, role]));

/**
 * The scope that a hook.io role stands for: `datastore::set` is `set:datastore`, `hook::create` is `create:services`,
 * `hook::logs::read` is `read:logs`. A name without `::` is answered as it is.
 */
export function scopeOfRole(role: string): string {
  const known = unlike.get(role);
  if (known !== undefined) return known;
  const logs = /^hook::logs::([^:]+)$/.exec(role);
  if (logs !== null) return `${logs[1]}:logs`;
  const scope = canonicalScope(role);
  return role.startsWith("hook::") ? scope.replace(/:hook$/, ":services") : scope;
}

/** The hook.io role that a scope is called by; a name that is no scope is answered as it is. */
export function roleOfScope(scope: string): string {
  const known = byScope.get(scope);
  if (known !== undefined) return known;
  const [verb, resource, ...more] = scope.split(":");
  if (resource === undefined || more.length > 0) return scope;
  if (resource === "logs") return `hook::logs::${verb}`;
  return `${resource === "services" ? "hook" : resource}::${verb}`;
}

/** A key's roles as one line: its own scopes and roles, in hook.io's spelling. */
export function roleLine({ scopes, roles }: { scopes: readonly string[]; roles: readonly string[] }): string {
  return [...scopes.map(roleOfScope), ...roles].join(",");
}
