import type { Condition, Place, Truth } from "@/lib/rules/language/conditions/condition";
import type { CompiledMatcher } from "@/lib/rules/language/matchers/matcher";
import type { JsonSchema } from "@/lib/rules/language/conditions/conditions-schema";

/** A compiled CEL expression as the last condition of its rule. */
export interface CompiledExpression extends Condition {
  /** Whether it can look at the body, which must then have been read. */
  readsBody: boolean;
}

/** The first place of a value that does not fit its schema. */
export interface Complaint {
  /** A JSON pointer such as `/items/0/price`; empty for the whole value. */
  at: string;
  value: unknown;
  /** What it must be, e.g. `must be <= 2000`. */
  message: string;
}

/** A compiled JSON Schema. */
export interface CompiledSchema {
  /** Whether the value fits; failed when finding out would cost too much. */
  test(value: unknown): Truth;
  /** Null when it fits or cannot be judged. */
  complaint(value: unknown): Complaint | null;
}

/**
 * The parts of the language that are too heavy for the browser. The server passes `serverEngines`; without engines a
 * rule that holds `expr` or a JSON Schema is left to the server (`needsServer`). Both report wrong places to `place`.
 */
export interface RuleEngines {
  compileExpression(source: string, place: Place): CompiledExpression;
  compileSchema(schema: JsonSchema, place: Place): CompiledSchema;
  /** Put around every matcher where values may be given that nobody knows any more: in replays. */
  guardMatcher?: (matcher: CompiledMatcher) => CompiledMatcher;
}
