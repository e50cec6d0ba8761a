import type { Condition, Place, Truth } from "@/lib/rules/language/condition";
import type { JsonSchema } from "@/lib/rules/schema";

/** A compiled CEL expression as the last condition of its rule. */
export interface CompiledExpression extends Condition {
  /** Whether it can look at the body, which must then have been read. */
  readsBody: boolean;
}

/** A compiled JSON Schema. */
export interface CompiledSchema {
  /** Whether the value fits; failed when finding out would cost too much. */
  test(value: unknown): Truth;
  /** The first place that does not fit and what it must be, e.g. `/amount must be <= 2000`; null when it fits. */
  complaint(value: unknown): string | null;
}

/**
 * The parts of the language that are too heavy for the browser. The server passes `serverEngines`; without engines a
 * rule that holds `expr` or a JSON Schema is left to the server (`needsServer`). Both report wrong places to `place`.
 */
export interface RuleEngines {
  compileExpression(source: string, place: Place): CompiledExpression;
  compileSchema(schema: JsonSchema, place: Place): CompiledSchema;
}
