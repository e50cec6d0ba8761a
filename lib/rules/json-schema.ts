import { z } from "zod";
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
      // Attributes beyond the named ones are metadata.<name>; zod has no word for that.
      if (z.globalRegistry.get(zodSchema)?.id !== "CredentialConditions") return;
      jsonSchema.patternProperties = {
        "^metadata(\\.[A-Za-z0-9_-]{1,100}){1,5}$": { $ref: "#/$defs/Matcher" },
      };
      jsonSchema.additionalProperties = false;
      jsonSchema.minProperties = 1;
    },
  });
}
