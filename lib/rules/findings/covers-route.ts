import { startPlace } from "@/lib/rules/language/condition";
import type { OneRoute } from "@/lib/rules/language/conditions-schema";
import { compileRoute, type RouteSegment } from "@/lib/rules/language/route";

/** Whether every path that `narrow` matches is matched by `wide`. A regex covers only itself, and is covered by `/**`. */
export function coversRoute(wide: OneRoute, narrow: OneRoute): boolean {
  if (wide === "/**") return true;
  if (typeof wide !== "string" || typeof narrow !== "string")
    return typeof wide !== "string" && typeof narrow !== "string" && wide.regex === narrow.regex;
  const wideForms = formsOf(wide);
  return formsOf(narrow).every((form) => wideForms.some((other) => coversForm(other, form)));
}

function formsOf(route: string): readonly (readonly RouteSegment[])[] {
  const place = startPlace({ path: "route", quantifier: "all" });
  return compileRoute(route, place).forms ?? [];
}

/** `**` takes any number of the other's segments, its `**` among them; one segment takes one that is not `**`. */
function coversForm(wide: readonly RouteSegment[], narrow: readonly RouteSegment[]): boolean {
  const [first, ...others] = wide;
  const [next, ...left] = narrow;
  if (first === undefined) return next === undefined;
  if (first.kind === "rest")
    return coversForm(others, narrow) || (next !== undefined && coversForm(wide, left));
  if (next === undefined || next.kind === "rest") return false;
  const fits = first.kind === "one" || (next.kind === "literal" && next.text === first.text);
  return fits && coversForm(others, left);
}
