import { everyPlatformScope, isPlatformScope, platformScopes } from "@/lib/scopes/catalogue";

/**
 * Whether `held` covers `needed`. Platform scopes are covered by their own name or `platform:*`, never by a
 * workspace's wildcards; all others by name or by `*` in either half.
 */
export function holds(held: readonly string[], needed: string): boolean {
  if (isPlatformScope(needed)) return held.includes(needed) || held.includes(everyPlatformScope);
  if (held.includes(needed)) return true;
  const [verb, resource] = halves(needed);
  return held.some((scope) => {
    const [heldVerb, heldResource] = halves(scope);
    return (heldVerb === "*" || heldVerb === verb) && (heldResource === "*" || heldResource === resource);
  });
}

/** The first of `wanted` that `held` does not cover, or null. `platform:*` needs itself or every platform scope. */
export function firstBeyond(held: readonly string[], wanted: readonly string[]): string | null {
  return wanted.find((scope) => !covers(held, scope)) ?? null;
}

function covers(held: readonly string[], scope: string): boolean {
  if (scope !== everyPlatformScope) return holds(held, scope);
  return held.includes(scope) || Object.keys(platformScopes).every((name) => held.includes(name));
}

function halves(scope: string): [string, string] {
  const colon = scope.indexOf(":");
  return colon < 0 ? [scope, ""] : [scope.slice(0, colon), scope.slice(colon + 1)];
}
