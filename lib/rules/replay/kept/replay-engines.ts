import type { RuleEngines } from "@/lib/rules/verdict/engines";
import type { CompiledRule } from "@/lib/rules/verdict/compile";
import { failed, type Condition } from "@/lib/rules/language/conditions/condition";
import type { CompiledMatcher } from "@/lib/rules/language/matchers/matcher";
import type { Asked } from "@/lib/rules/language/question";
import { expressible } from "@/lib/rules/replay/kept/expressible";
import { hiddenReads, holdsHidden, isHidden, isMasked, noteHiddenRead } from "@/lib/rules/replay/kept/hidden";
import { serverEngines } from "@/lib/rules/verdict/server-engines";

/**
 * The server's engines for questions that are not known whole: whatever compares with something hidden fails, so that
 * Kleene's logic carries it, and says so by `hiddenReads`. Rules for live calls are never compiled with these.
 */
export const replayEngines: RuleEngines = {
  compileExpression(source, place) {
    const compiled = serverEngines.compileExpression(source, place);
    return {
      ...compiled,
      test(asked: Asked) {
        try {
          return compiled.test(expressible(asked));
        } catch {
          // Only what is hidden throws; it has been noted.
          return failed;
        }
      },
    };
  },
  compileSchema(schema, place) {
    const compiled = serverEngines.compileSchema(schema, place);
    return { ...compiled, test: (value) => (holdsHidden(value) ? unknown() : compiled.test(value)) };
  },
  guardMatcher(matcher) {
    const asksPresence = matcher.alternatives.every((operators) =>
      operators.every(({ name }) => name === "exists"),
    );
    const knows = (value: unknown) => !isHidden(value) || (asksPresence && isMasked(value));
    const guarded: CompiledMatcher = {
      ...matcher,
      test: (value) => (knows(value) ? matcher.test(value) : unknown()),
      testList: (list, quantifier) => (list.every(knows) ? matcher.testList(list, quantifier) : unknown()),
    };
    return guarded;
  },
};

function unknown(): typeof failed {
  noteHiddenRead();
  return failed;
}

let unknowns = 0;

/** How many rules were judged so far whose truth is not known. Compare before and after a verdict. */
export function unknownRules(): number {
  return unknowns;
}

/** The rule, counted when its truth rests on what is hidden: that fails, so every other truth holds whatever it was. */
export function telling(rule: CompiledRule): CompiledRule {
  return { ...rule, condition: tellingOf(rule.condition), beyondIndex: tellingOf(rule.beyondIndex) };
}

function tellingOf(condition: Condition): Condition {
  return {
    ...condition,
    test(asked) {
      const before = hiddenReads();
      const truth = condition.test(asked);
      if (truth === failed && hiddenReads() > before) unknowns += 1;
      return truth;
    },
  };
}
