import type { RuleEngines } from "@/lib/rules/engines";
import { compileExpression } from "@/lib/rules/expression/compile-expression";
import { failed, type Place } from "@/lib/rules/language/condition";

const notYet = ({ path, report }: Place) => report({ path, message: "is not available" });

/** CEL and JSON Schema, for every node that judges calls. */
export const serverEngines: RuleEngines = {
  compileExpression,
  compileSchema(_schema, place) {
    notYet(place);
    return { test: () => failed, complaint: () => null };
  },
};
