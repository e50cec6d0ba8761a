import { Problem } from "@/lib/api/problem";
import { startPlace } from "@/lib/rules/language/conditions/condition";
import { compileRoute } from "@/lib/rules/language/routes/route";
import type { RequiredScopes } from "@/lib/services/schema";

/** Throws `invalid` where a route is not a template, with each wrong place. */
export function requireTemplates(required: readonly RequiredScopes[]): void {
  const errors = required.flatMap(({ route }, index) =>
    templateErrors(route, `requiredScopes.${index}.route`),
  );
  if (errors.length > 0)
    throw new Problem("invalid", "Some fields are not valid.", { errors: errors.slice(0, 50) });
}

/** What is wrong with a route template, each with `path` as its place. */
export function templateErrors(route: string, path: string) {
  const place = startPlace({ path, quantifier: "any" });
  compileRoute(route, place);
  return place.compilation.errors;
}
