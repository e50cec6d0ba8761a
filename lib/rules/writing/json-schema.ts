import { z } from "zod";
import { schemaFormats } from "@/lib/rules/language/limits";
import { Attachments, Rule } from "@/lib/rules/schema";

/** A rule as the API takes it: the rule itself and where it applies. */
const WrittenRule = Rule.extend({
  attachments: Attachments.optional().describe(
    "Where it applies; left out on a new rule, the whole workspace",
  ),
});

/** JSON Schema (draft 2020-12) of a rule as written, for editors and other tools. */
export function ruleJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(WrittenRule, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const id = z.globalRegistry.get(zodSchema)?.id;
      if (id === "JsonSchema") jsonSchema.properties = schemaKeywords();
      if (id === "RuleTest") jsonSchema.oneOf = [{ required: ["request"] }, { required: ["evaluation"] }];
      if (id !== "CredentialConditions") return;
      // Attributes beyond the named ones are metadata.<name>; zod has no word for that.
      jsonSchema.patternProperties = {
        "^metadata(\\.[A-Za-z0-9_-]{1,100}){1,5}$": { $ref: "#/$defs/Matcher" },
      };
      jsonSchema.additionalProperties = false;
      jsonSchema.minProperties = 1;
    },
  });
}

type Described = z.core.JSONSchema.JSONSchema;

const itself: Described = { anyOf: [{ $ref: "#/$defs/JsonSchema" }, { type: "boolean" }] };
const named: Described = { type: "object", additionalProperties: itself };
const listed: Described = { type: "array", items: itself };
const types = ["object", "array", "string", "number", "integer", "boolean", "null"];

/** The keywords of JSON Schema that are written most, so that editors complete them; others are allowed. */
function schemaKeywords(): Record<string, Described> {
  return {
    type: {
      anyOf: [{ enum: types }, { type: "array", items: { enum: types } }],
      description: "What kind of value",
    },
    properties: { ...named, description: "Members of an object, by name" },
    required: { type: "array", items: { type: "string" }, description: "Members that must be there" },
    additionalProperties: { ...itself, description: "Members not named; false forbids them" },
    items: { ...itself, description: "Every item of a list" },
    minItems: { type: "integer", description: "Items at least" },
    maxItems: { type: "integer", description: "Items at most" },
    uniqueItems: { type: "boolean", description: "No two items are equal; needs maxItems" },
    contains: { ...itself, description: "At least one item" },
    minimum: { type: "number", description: "At least" },
    maximum: { type: "number", description: "At most" },
    exclusiveMinimum: { type: "number", description: "Greater than" },
    exclusiveMaximum: { type: "number", description: "Less than" },
    multipleOf: { type: "number" },
    minLength: { type: "integer", description: "Characters at least" },
    maxLength: { type: "integer", description: "Characters at most" },
    pattern: { type: "string", description: "RE2, found anywhere in the text" },
    format: { enum: [...schemaFormats] },
    enum: { type: "array", description: "One of these values" },
    const: { description: "This value" },
    allOf: { ...listed, description: "All of these" },
    anyOf: { ...listed, description: "At least one of these" },
    oneOf: { ...listed, description: "Exactly one of these" },
    not: { ...itself, description: "Not this" },
    $ref: { type: "string", description: "#/$defs/<name>" },
    $defs: { ...named, description: "Schemas to refer to" },
  };
}
