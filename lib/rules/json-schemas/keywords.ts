/** What stands under each keyword that a rule's JSON Schema may hold, as far as walking it must know. */
export type Holds = "annotation" | "plain" | "values" | "schema" | "schemas" | "named schemas";

/** Draft 2020-12 without what reaches outside or cannot be bounded: `$id`, anchors, dynamic references. */
export const keywords: ReadonlyMap<string, Holds> = new Map<string, Holds>([
  ...each("annotation", "$comment title description default examples deprecated readOnly writeOnly"),
  ...each("plain", "$schema $ref type format pattern minLength maxLength multipleOf"),
  ...each("plain", "minimum exclusiveMinimum maximum exclusiveMaximum"),
  ...each("plain", "minItems maxItems uniqueItems minContains maxContains minProperties maxProperties"),
  ...each("values", "const enum required dependentRequired"),
  ...each("schema", "items contains additionalProperties propertyNames not if then else"),
  ...each("schema", "unevaluatedItems unevaluatedProperties"),
  ...each("schemas", "prefixItems allOf anyOf oneOf"),
  ...each("named schemas", "$defs properties patternProperties dependentSchemas"),
]);

function each(holds: Holds, names: string): [string, Holds][] {
  return names.split(" ").map((name) => [name, holds]);
}

/** Why a keyword that the draft has is refused here. */
export const refusedKeywords: ReadonlyMap<string, string> = new Map([
  ["$id", "is not taken: a rule's schema stands alone"],
  ["$anchor", "is not taken: refer to #/$defs/<name>"],
  ["$dynamicRef", "is not taken, because its cost cannot be bounded"],
  ["$dynamicAnchor", "is not taken, because its cost cannot be bounded"],
  ["$vocabulary", "is not taken"],
  ["definitions", "is an older name; write $defs"],
  ["dependencies", "is an older name; write dependentRequired or dependentSchemas"],
  ["additionalItems", "is an older name; write items beside prefixItems"],
  ["contentSchema", "is not taken: nothing is decoded"],
]);
