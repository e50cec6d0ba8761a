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
    if (!scope.includes("*")) return false;
    const [heldVerb, heldResource] = halves(scope);
    return (heldVerb === "*" || heldVerb === verb) && (heldResource === "*" || heldResource === resource);
  });
}

/** The first of `wanted` that `held` does not cover, or null. `platform:*` needs itself or every platform scope. */
export function firstBeyond(held: readonly string[], wanted: readonly string[]): string | null {
  return wanted.find((scope) => !covers(held, scope)) ?? null;
}

/**
 * What is left of a grant under a ceiling: exactly the scopes that both cover, sorted, without doubles. Wildcards meet
 * half by half, and what they meet in is never a platform scope: those stay only where both sides name them.
 */
export function withinCeiling(granted: readonly string[], ceiling: readonly string[]): string[] {
  const left = new Set<string>();
  for (const scope of granted) {
    if (covers(ceiling, scope)) left.add(scope);
    else if (scope.includes("*")) for (const limit of ceiling) addMeeting(left, scope, limit);
  }
  return [...left].sort();
}

function addMeeting(left: Set<string>, one: string, other: string): void {
  if (one === everyPlatformScope) {
    if (isPlatformScope(other)) left.add(other);
    return;
  }
  if (isPlatformScope(other)) return;
  const [[verb, resource], [otherVerb, otherResource]] = [halves(one), halves(other)];
  const scope = [meet(verb, otherVerb), meet(resource, otherResource)];
  if (!scope.includes(null) && !isPlatformScope(scope.join(":"))) left.add(scope.join(":"));
}

/** What two halves both cover, or null. */
function meet(one: string, other: string): string | null {
  if (one === other || other === "*") return one;
  return one === "*" ? other : null;
}

function covers(held: readonly string[], scope: string): boolean {
  if (scope !== everyPlatformScope) return holds(held, scope);
  return held.includes(scope) || Object.keys(platformScopes).every((name) => held.includes(name));
}

function halves(scope: string): [string, string] {
  const colon = scope.indexOf(":");
  return colon < 0 ? [scope, ""] : [scope.slice(0, colon), scope.slice(colon + 1)];
}
