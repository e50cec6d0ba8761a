import type { RuleEngines } from "@/lib/rules/verdict/engines";
import { compileExpression } from "@/lib/rules/expression/compile-expression";
import { compileSchema, compileSchemaLater } from "@/lib/rules/json-schemas/compile-schema";

/** CEL and JSON Schema, for whoever writes rules. */
export const serverEngines: RuleEngines = { compileExpression, compileSchema };

/** The same for loading rules that were found good when they were written: what can wait for the first call does. */
export const loadingEngines: RuleEngines = { compileExpression, compileSchema: compileSchemaLater };
