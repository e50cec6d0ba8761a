import type { Conditions, OneRoute } from "@/lib/rules/language/conditions/conditions-schema";
import { coversRoute, type TemplatesRead } from "@/lib/rules/findings/covers-route";
import type { Rule } from "@/lib/rules/schema";

/**
 * Whether the deny rule `wide` denies every request that `narrow` matches, whatever its effect. Sound, not complete:
 * true is proved by the rules' own text, false means only that it could not be. Places and times are not looked at.
 */
export function covers(wide: Rule, narrow: Rule, templates: TemplatesRead = new Map()): boolean {
  if (wide.expr !== undefined && wide.expr !== narrow.expr) return false;
  // A deny's exception asks all values of several where an allow's asks any, so the same text excepts no more.
  if (wide.unless !== undefined && !isSame(wide.unless, narrow.unless)) return false;
  return (
    wide.when === undefined || follows(wide.when, { conjuncts: conjunctsOf(narrow.when ?? {}), templates })
  );
}

/** What must all hold: the block itself and, opened, what its `all` holds. */
function conjunctsOf(block: Conditions): Conditions[] {
  return [block, ...(block.all ?? []).flatMap(conjunctsOf)];
}

interface Given {
  conjuncts: readonly Conditions[];
  templates: TemplatesRead;
}

/** Whether a block holds wherever all that is given does. */
function follows(block: Conditions, given: Given): boolean {
  const { conjuncts, templates } = given;
  return Object.entries(block).every(([key, wanted]) => {
    if (wanted === undefined || conjuncts.some((one) => isSame(wanted, valueOf(one, key)))) return true;
    switch (key) {
      case "method":
        return conjuncts.some(
          ({ method }) => method !== undefined && isSubset(methodsOf(method), methodsOf(wanted)),
        );
      case "route":
        return (
          block.route !== undefined &&
          conjuncts.some(({ route }) => routesWithin({ narrow: route, wide: block.route, templates }))
        );
      case "all":
        return (block.all ?? []).every((part) => follows(part, given));
      case "any":
        return (block.any ?? []).some((part) => follows(part, given));
      case "not":
      case "body":
      case "ip":
        return false;
      default:
        return conjuncts.some((one) => matchersWithin(valueOf(one, key), wanted));
    }
  });
}

function valueOf(block: Conditions, key: string): unknown {
  return Object.entries(block).find(([name]) => name === key)?.[1];
}

function methodsOf(method: unknown): unknown[] {
  const listed: unknown[] = Array.isArray(method) ? method : [method];
  return listed.includes("GET") ? [...listed, "HEAD"] : listed;
}

function routesWithin(routes: {
  narrow: Conditions["route"];
  wide: Conditions["route"];
  templates: TemplatesRead;
}): boolean {
  const { narrow, wide, templates } = routes;
  if (narrow === undefined || wide === undefined) return false;
  return listOf(narrow).every((one) => listOf(wide).some((other) => coversRoute(other, one, templates)));
}

function listOf(route: OneRoute | OneRoute[]): OneRoute[] {
  return Array.isArray(route) ? route : [route];
}

/** Attributes by name, each with a matcher: all of the wide ones must follow from those of the same name. */
function matchersWithin(narrow: unknown, wide: unknown): boolean {
  if (!isRecord(narrow) || !isRecord(wide)) return false;
  return Object.entries(wide).every(([name, matcher]) => matcherWithin(narrow[name], matcher));
}

/** The same matcher, fewer literals, or more operators that must hold beside the same ones. */
function matcherWithin(narrow: unknown, wide: unknown): boolean {
  if (isSame(narrow, wide)) return true;
  if (narrow === undefined) return false;
  const [few, many] = [literalsOf(narrow), literalsOf(wide)];
  if (few !== null && many !== null) return isSubset(few, many);
  return (
    isRecord(narrow) &&
    isRecord(wide) &&
    Object.entries(wide).every(([operator, right]) => isSame(narrow[operator], right))
  );
}

/** The literals that a matcher is a choice of, or null when it is more than that. */
function literalsOf(matcher: unknown): unknown[] | null {
  if (Array.isArray(matcher)) {
    const lists = matcher.map(literalsOf);
    return lists.includes(null) ? null : lists.flatMap((list) => list ?? []);
  }
  if (!isRecord(matcher)) return [matcher];
  const { in: literals, ...others } = matcher;
  return Array.isArray(literals) && Object.keys(others).length === 0 ? literals : null;
}

function isSubset(few: readonly unknown[], many: readonly unknown[]): boolean {
  return few.every((one) => many.includes(one));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same JSON, whatever the order of keys. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(one[key], other[key]));
}
