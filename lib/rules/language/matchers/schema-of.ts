import type { CompiledSchema } from "@/lib/rules/verdict/engines";
import { failed, type Place } from "@/lib/rules/language/conditions/condition";
import type { JsonSchema } from "@/lib/rules/language/conditions/conditions-schema";

const unjudged: CompiledSchema = { test: () => failed, complaint: () => null };

/** Compiles a JSON Schema by the rule's engine. Without one, as in the browser, the rule is left to the server. */
export function schemaOf(schema: JsonSchema, place: Place): CompiledSchema {
  const { compilation } = place;
  if (compilation.engines !== null) return compilation.engines.compileSchema(schema, place);
  compilation.needsServer = true;
  return unjudged;
}
