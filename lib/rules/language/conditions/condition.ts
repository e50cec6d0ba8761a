import type { FieldError } from "@/lib/api/problem";
import type { RuleEngines } from "@/lib/rules/verdict/engines";
import type { Asked } from "@/lib/rules/language/question";

/** Three-valued truth: a condition holds, does not, or could not be evaluated. */
export const no = 0;
export const yes = 1;
export const failed = 2;
export type Truth = typeof no | typeof yes | typeof failed;

/** The first condition that did not hold, for a person to read. */
export interface Failure {
  /** Where in the rule, e.g. `when.credential.scopes`. */
  path: string;
  /** What the request had; null when absent. */
  left: unknown;
  operator: string;
  /** What the rule asks for. */
  right: unknown;
  /** Set when the condition could not be evaluated at all. */
  error?: string;
}

/** A compiled condition. `why` is asked only for explanations and is null when the condition holds. */
export interface Condition {
  test(asked: Asked): Truth;
  why(asked: Asked): Failure | null;
}

/** With several values, whether one must satisfy a matcher or all of them; `not` and `unless` swap the two. */
export type Quantifier = "any" | "all";

/** What compiling one rule brings with it and finds out; all places of the rule share it. */
export interface Compilation {
  /** Null in the browser; a condition that needs one then sets `needsServer`. */
  engines: RuleEngines | null;
  errors: FieldError[];
  readsBody: boolean;
  needsServer: boolean;
  /** Instructions of all its patterns. */
  patternCost: number;
}

/** What compiling passes down: where it is, how several values count, and where wrong places are reported. */
export interface Place {
  path: string;
  quantifier: Quantifier;
  report: (error: FieldError) => void;
  compilation: Compilation;
}

/** Where compiling begins; `compilation.errors` gathers every wrong place. */
export function startPlace({
  path,
  quantifier,
  engines = null,
}: {
  path: string;
  quantifier: Quantifier;
  engines?: RuleEngines | null;
}): Place {
  const compilation: Compilation = {
    engines,
    errors: [],
    readsBody: false,
    needsServer: false,
    patternCost: 0,
  };
  return { path, quantifier, report: (error) => compilation.errors.push(error), compilation };
}

/** The place of `key` inside `place`. */
export function inside(place: Place, key: string | number): Place {
  return { ...place, path: place.path === "" ? String(key) : `${place.path}.${key}` };
}

/** The same place for compiling once more what is reported already. */
export function silenced(place: Place): Place {
  return { ...place, report: () => undefined, compilation: { ...place.compilation } };
}

/** The same place under a negation. */
export function negated(place: Place): Place {
  return { ...place, quantifier: place.quantifier === "any" ? "all" : "any" };
}

/** Kleene's AND: false wins over an error, so the order of conditions never matters. */
export function both(one: Truth, other: Truth): Truth {
  if (one === no || other === no) return no;
  return one === failed || other === failed ? failed : yes;
}

/** Kleene's OR: true wins over an error. */
export function either(one: Truth, other: Truth): Truth {
  if (one === yes || other === yes) return yes;
  return one === failed || other === failed ? failed : no;
}

export function opposite(truth: Truth): Truth {
  if (truth === failed) return failed;
  return truth === yes ? no : yes;
}

/** All must hold. */
export function allOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return only;
  return {
    test(asked) {
      let truth: Truth = yes;
      for (const condition of conditions) {
        truth = both(truth, condition.test(asked));
        if (truth === no) return no;
      }
      return truth;
    },
    why(asked) {
      const outright = conditions.find((condition) => condition.test(asked) === no);
      const first = outright ?? conditions.find((condition) => condition.test(asked) === failed);
      return first?.why(asked) ?? null;
    },
  };
}

/** At least one must hold. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const test = (asked: Asked): Truth => {
    let truth: Truth = no;
    for (const condition of conditions) {
      truth = either(truth, condition.test(asked));
      if (truth === yes) return yes;
    }
    return truth;
  };
  return {
    test,
    why(asked) {
      const truth = test(asked);
      if (truth === yes) return null;
      return conditions.find((condition) => condition.test(asked) === truth)?.why(asked) ?? null;
    },
  };
}

/** Must not hold; `path` and `operator` name the negation in explanations. */
export function noneOf(
  condition: Condition,
  { path, operator }: { path: string; operator: "not" | "unless" },
): Condition {
  return {
    test: (asked) => opposite(condition.test(asked)),
    why(asked) {
      const truth = condition.test(asked);
      if (truth === no) return null;
      if (truth === failed) return condition.why(asked);
      return { path, left: "holds", operator, right: "must not hold" };
    },
  };
}
