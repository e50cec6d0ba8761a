import type { RuleEngines } from "@/lib/rules/engines";
import { failed, type Place } from "@/lib/rules/language/condition";

const notYet = ({ path, report }: Place) => report({ path, message: "is not available" });

/** CEL and JSON Schema, for every node that judges calls. */
export const serverEngines: RuleEngines = {
  compileExpression(_source, place) {
    notYet(place);
    return { readsBody: false, test: () => failed, why: () => null };
  },
  compileSchema(_schema, place) {
    notYet(place);
    return { test: () => failed, complaint: () => null };
  },
};
