import type { FieldError } from "@/lib/api/problem";
import type { RuleEngines } from "@/lib/rules/verdict/engines";
import { entities } from "@/lib/rules/catalogue";
import {
  allOf,
  anyOf,
  failed,
  inside,
  negated,
  no,
  noneOf,
  startPlace,
  yes,
  type Condition,
  type Place,
} from "@/lib/rules/language/conditions/condition";
import { oneForAlike } from "@/lib/rules/language/conditions/alike";
import { compileAddress } from "@/lib/rules/language/attributes/address";
import { compileBody } from "@/lib/rules/language/attributes/body";
import { compileAttribute, compileClaim } from "@/lib/rules/language/attributes/credential";
import { compileEntity } from "@/lib/rules/language/attributes/entity";
import { compileHeader, compileParameter } from "@/lib/rules/language/attributes/text-values";
import { compileRoute, type CompiledRoute } from "@/lib/rules/language/routes/route";
import type {
  Conditions,
  Entity,
  Matcher,
  OneRoute,
} from "@/lib/rules/language/conditions/conditions-schema";
import { ruleLimits } from "@/lib/rules/language/limits";
import type { Rule } from "@/lib/rules/schema";

/** A rule ready to judge. */
export interface CompiledRule {
  id: string;
  name: string;
  effect: Rule["effect"];
  mode: Rule["mode"];
  condition: Condition;
  /** The same without method and route at its top, for when the index has settled those. */
  beyondIndex: Condition;
  /** Methods at its top, HEAD with GET; null means any. For the index. */
  methods: readonly string[] | null;
  /** Routes at its top; null means any. For the index and the record. */
  routes: readonly CompiledRoute[] | null;
  /** Whether judging it can look at the body, which must then have been read. */
  readsBody: boolean;
  /** Reason code of its own, else null. */
  reason: string | null;
  publicReason: string | null;
  /** Milliseconds since 1970; infinite when it never stops. */
  expiresAtMs: number;
}

const uncompiled: Condition = {
  test: () => failed,
  why: () => ({
    path: "when",
    left: null,
    operator: "compile",
    right: null,
    error: "This rule does not compile.",
  }),
};

/**
 * Compiles a rule into closures, with everything that is wrong with it. A rule with errors cannot be evaluated:
 * its deny denies and its allow never matches, so a rule that this code does not understand is never skipped.
 * Without `engines`, as in the browser, a rule that holds `expr` or a JSON Schema is not judged either: `needsServer`.
 */
export function compileRule(
  id: string,
  rule: Rule,
  engines: RuleEngines | null,
): { rule: CompiledRule; errors: FieldError[]; needsServer: boolean } {
  // Of several values a deny needs any to match, an allow all of them.
  const quantifier = rule.effect === "deny" ? "any" : "all";
  const place = startPlace({ path: "when", quantifier, engines });
  const { errors } = place.compilation;
  const { method, route, ...others } = rule.when ?? {};
  const routes = route === undefined ? null : compileRoutes(route, inside(place, "route"));
  const indexed = compileConditions({ method }, place);
  if (routes !== null) indexed.push(anyOf(routes));
  const conditions = compileConditions(others, place);
  if (rule.unless !== undefined)
    conditions.push(negatedBlock(rule.unless, { ...place, path: "unless" }, "unless"));
  if (rule.expr !== undefined) conditions.push(...compileExpression(rule.expr, { ...place, path: "expr" }));
  const { readsBody, needsServer, patternCost } = place.compilation;
  if (patternCost > ruleLimits.patternCost)
    errors.push({
      path: "when",
      message: `costs too much: its patterns come to ${patternCost} instructions, and a rule may have ${ruleLimits.patternCost}`,
    });
  const sound = errors.length === 0 && !needsServer;
  return {
    errors,
    needsServer,
    // What a verdict asks of it comes first, side by side in memory.
    rule: {
      effect: rule.effect,
      mode: rule.mode,
      beyondIndex: sound ? allOf(conditions) : uncompiled,
      name: rule.name,
      id,
      condition: sound ? allOf([...indexed, ...conditions]) : uncompiled,
      methods: sound ? methodsOf(method) : null,
      routes: sound ? routes : null,
      readsBody: sound && readsBody,
      reason: rule.reason?.code ?? null,
      publicReason: rule.reason?.public ?? null,
      expiresAtMs: rule.expiresAt === undefined ? Infinity : Date.parse(rule.expiresAt),
    },
  };
}

/** Stands in for a stored document that this code cannot read: as a deny it always denies, as an allow it never matches. */
export function unreadableRule(stored: Pick<CompiledRule, "id" | "name" | "effect" | "mode">): CompiledRule {
  return {
    ...stored,
    condition: uncompiled,
    beyondIndex: uncompiled,
    methods: null,
    routes: null,
    readsBody: false,
    reason: null,
    publicReason: null,
    expiresAtMs: Infinity,
  };
}

/** The rule's expression, its last condition; none where there is no engine for it. */
function compileExpression(source: string, place: Place): Condition[] {
  const { compilation } = place;
  if (compilation.engines === null) {
    compilation.needsServer = true;
    return [];
  }
  const compiled = compilation.engines.compileExpression(source, place);
  compilation.readsBody ||= compiled.readsBody;
  return [compiled];
}

/** One condition for each key of a block. A kind of condition to come gets its line here and its file in `language/`. */
function compileConditions(block: Conditions, place: Place): Condition[] {
  const compiled: Condition[] = [];
  if (block.method !== undefined) compiled.push(compileMethod(block.method, inside(place, "method")));
  if (block.route !== undefined) compiled.push(anyOf(compileRoutes(block.route, inside(place, "route"))));
  if (block.ip !== undefined) compiled.push(compileAddress(block.ip, inside(place, "ip")));
  compiled.push(...compileAttributes(block, place));
  if (block.body !== undefined) compiled.push(...compileBody(block.body, inside(place, "body")));
  if (block.any !== undefined) compiled.push(anyOf(compileBlocks(block.any, inside(place, "any"))));
  if (block.all !== undefined) compiled.push(allOf(compileBlocks(block.all, inside(place, "all"))));
  if (block.not !== undefined) compiled.push(negatedBlock(block.not, inside(place, "not"), "not"));
  return compiled;
}

/** One condition for each attribute that a block names a matcher for. */
function compileAttributes(block: Conditions, place: Place): Condition[] {
  const matchers = (
    key: "credential" | "token" | "header" | "query" | Entity,
    compile: (name: string, matcher: Matcher, at: Place) => Condition,
  ) =>
    matchersOf(block[key]).map(([name, matcher]) =>
      oneForAlike([name, matcher], inside(place, key), (at) => compile(name, matcher, at)),
    );
  return [
    ...matchers("credential", (name, matcher, at) => compileAttribute(name, matcher, inside(at, name))),
    ...matchers("token", (name, matcher, at) => compileClaim(name, matcher, inside(at, name))),
    ...matchers("header", compileHeader),
    ...matchers("query", compileParameter),
    ...entities.flatMap((entity) =>
      matchers(entity, (name, matcher, at) => compileEntity(entity, [name, matcher], at)),
    ),
  ];
}

function compileBlocks(blocks: readonly Conditions[], place: Place): Condition[] {
  return blocks.map((block, index) => allOf(compileConditions(block, inside(place, index))));
}

function negatedBlock(block: Conditions, place: Place, operator: "not" | "unless"): Condition {
  return noneOf(allOf(compileConditions(block, negated(place))), { path: place.path, operator });
}

function matchersOf(conditions: Readonly<Record<string, Matcher | undefined>> = {}): [string, Matcher][] {
  return Object.entries(conditions).filter((entry): entry is [string, Matcher] => entry[1] !== undefined);
}

function compileRoutes(route: OneRoute | OneRoute[], place: Place): CompiledRoute[] {
  if (!Array.isArray(route)) return [compileRoute(route, place)];
  return route.map((one, index) => compileRoute(one, inside(place, index)));
}

function methodsOf(method: Conditions["method"]): readonly string[] | null {
  if (method === undefined) return null;
  const listed = Array.isArray(method) ? method : [method];
  return listed.includes("GET") ? [...new Set([...listed, "HEAD"])] : listed;
}

function compileMethod(method: NonNullable<Conditions["method"]>, place: Place): Condition {
  const accepted = new Set<string>(methodsOf(method));
  return {
    test: (asked) => (accepted.has(asked.method) ? yes : no),
    why: (asked) =>
      accepted.has(asked.method)
        ? null
        : { path: place.path, left: asked.method, operator: "in", right: [...accepted] },
  };
}
