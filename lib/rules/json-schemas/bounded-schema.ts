import { inside, type Place } from "@/lib/rules/language/conditions/condition";
import { keywords, refusedKeywords } from "@/lib/rules/json-schemas/keywords";
import { schemaFormats } from "@/lib/rules/language/limits";
import { compileSearch, type Search } from "@/lib/rules/language/pattern";
import type { JsonSchema } from "@/lib/rules/language/conditions/conditions-schema";

export const schemaLimits = {
  /** Checks that one value can meet at most: keywords and listed values, references opened. */
  checks: 1_000,
  /** Length that an array may have whose items are compared with one another. */
  uniqueItems: 1_000,
  depth: 30,
  definitions: 100,
} as const;

const draft = "https://json-schema.org/draft/2020-12/schema";

/** A schema whose cost is known. */
export interface BoundedSchema {
  /** Checks that one value can meet. */
  checks: number;
  /** Every pattern in it, by its source. */
  patterns: ReadonlyMap<string, Search>;
}

interface Walk {
  root: JsonSchema;
  /** The place of the root. */
  top: Place;
  patterns: Map<string, Search>;
  /** Checks behind each name of `$defs`, as far as they are counted. */
  defined: Map<string, number>;
  /** Names being counted, to notice one that leads back to itself. */
  open: Set<string>;
}

/** Walks a schema for what it may hold and what it can cost. Reports to `place` whatever is refused. */
export function boundedSchema(root: JsonSchema, place: Place): BoundedSchema {
  const walk: Walk = { root, top: place, patterns: new Map(), defined: new Map(), open: new Set() };
  const checks = countSchema(root, { walk, place, depth: 0 });
  if (checks > schemaLimits.checks)
    place.report({
      path: place.path,
      message: `costs too much: one value could meet ${checks} checks with references opened, and a schema may have ${schemaLimits.checks}`,
    });
  return { checks, patterns: walk.patterns };
}

interface At {
  walk: Walk;
  place: Place;
  depth: number;
}

function countSchema(schema: unknown, at: At): number {
  const { place, depth, walk } = at;
  if (typeof schema === "boolean") return 1;
  const refusal = !isObject(schema)
    ? "must be a schema: an object, true or false"
    : depth > schemaLimits.depth
      ? `nests deeper than ${schemaLimits.depth} schemas`
      : null;
  if (refusal !== null || !isObject(schema)) {
    place.report({ path: place.path, message: refusal ?? "" });
    return 1;
  }
  let checks = 1 + countComparisons(schema, place);
  for (const [keyword, value] of Object.entries(schema))
    checks += countKeyword(keyword, value, { walk, place: inside(place, keyword), depth: depth + 1 });
  return Math.min(checks, 1e9);
}

/** What comparing items with one another adds: each meets half of the others on average. */
function countComparisons({ uniqueItems, maxItems }: JsonSchema, place: Place): number {
  if (uniqueItems !== true) return 0;
  if (typeof maxItems === "number" && maxItems <= schemaLimits.uniqueItems) return Math.ceil(maxItems / 2);
  const { path } = inside(place, "uniqueItems");
  place.report({ path, message: `needs maxItems of at most ${schemaLimits.uniqueItems} beside it` });
  return 0;
}

function countKeyword(keyword: string, value: unknown, at: At): number {
  const { place } = at;
  const holds = keywords.get(keyword);
  switch (holds) {
    case undefined:
      place.report({
        path: place.path,
        message: refusedKeywords.get(keyword) ?? "is not a keyword of JSON Schema that is known here",
      });
      return 0;
    case "annotation":
      return 0;
    case "plain":
      return countPlain(keyword, value, at);
    case "values":
      return countValues(value);
    case "schema":
      return countSchema(value, at);
    case "schemas":
      return countSchemas(Array.isArray(value) ? value.entries() : [], at);
    case "named schemas":
      return countNamed(keyword, value, at);
  }
}

function countPlain(keyword: string, value: unknown, { walk, place }: At): number {
  if (keyword === "pattern" && typeof value === "string") keepPattern(value, walk, place);
  if (keyword === "format" && !schemaFormats.some((name) => name === value))
    place.report({ path: place.path, message: `must be one of ${schemaFormats.join(", ")}` });
  if (keyword === "$schema" && value !== draft)
    place.report({ path: place.path, message: `must be ${draft}, or left out` });
  if (keyword === "$ref") return countReference(value, walk, place);
  return 1;
}

function countNamed(keyword: string, value: unknown, at: At): number {
  const { walk, place, depth } = at;
  if (!isObject(value)) return 1;
  if (Object.hasOwn(value, "__proto__"))
    place.report({ path: place.path, message: "cannot speak of a field called __proto__" });
  if (keyword === "$defs") return countDefinitions(value, at);
  if (keyword === "patternProperties")
    for (const pattern of Object.keys(value)) keepPattern(pattern, walk, inside(place, pattern));
  return countSchemas(Object.entries(value), { walk, place, depth });
}

function countSchemas(schemas: Iterable<[string | number, unknown]>, { walk, place, depth }: At): number {
  let checks = 0;
  for (const [name, schema] of schemas)
    checks += 1 + countSchema(schema, { walk, place: inside(place, name), depth });
  return checks;
}

/** Definitions cost nothing where they stand; they are walked there all the same, for what they may not hold. */
function countDefinitions(definitions: object, { walk, place, depth }: At): number {
  const names = Object.keys(definitions);
  if (depth > 1) place.report({ path: place.path, message: "may stand only at the top" });
  else if (names.length > schemaLimits.definitions)
    place.report({ path: place.path, message: `holds more than ${schemaLimits.definitions} definitions` });
  else for (const name of names) countDefinition(name, walk, inside(place, name));
  return 0;
}

function countReference(reference: unknown, walk: Walk, place: Place): number {
  const [, name] = /^#\/\$defs\/([A-Za-z0-9_.-]{1,100})$/.exec(String(reference)) ?? [];
  if (name !== undefined) return countDefinition(name, walk, place);
  place.report({
    path: place.path,
    message: "must be #/$defs/<name>: nothing is fetched, and nothing else can be referred to",
  });
  return 1;
}

/** A definition costs what it holds wherever it is referred to, so references to references cannot hide their sum. */
function countDefinition(name: string, walk: Walk, from: Place): number {
  const known = walk.defined.get(name);
  if (known !== undefined) return known;
  const definitions = isObject(walk.root.$defs) ? walk.root.$defs : {};
  const refusal = !Object.hasOwn(definitions, name)
    ? `refers to ${name}, which $defs does not hold`
    : walk.open.has(name)
      ? `leads back to ${name}; a schema whose cost is bounded cannot`
      : null;
  if (refusal !== null) {
    from.report({ path: from.path, message: refusal });
    return 1;
  }
  walk.open.add(name);
  const place = inside(inside(walk.top, "$defs"), name);
  const checks = countSchema(definitions[name], { walk, place, depth: 2 });
  walk.open.delete(name);
  walk.defined.set(name, checks);
  return checks;
}

function keepPattern(source: string, { patterns }: Walk, place: Place): void {
  if (!patterns.has(source)) patterns.set(source, compileSearch(source, place));
}

/** Every value listed, with what it holds, is one comparison. */
function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countValues(inner), 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
