import type { Condition, Place } from "@/lib/rules/language/conditions/condition";

/** Longer ones are seldom alike, and would cost more to compare than they save. */
const keyMax = 1_000;

type Known = Map<string, WeakRef<Condition>>;

/** By engines, which decide what is compiled; a condition is kept only as long as a rule has it. */
const knownTo = new WeakMap<object, Known>();
const withoutEngines = {};
const forgotten = new FinalizationRegistry<{ known: Known; key: string }>(({ known, key }) => {
  if (known.get(key)?.deref() === undefined) known.delete(key);
});

function knownWith(engines: object): Known {
  const known = knownTo.get(engines) ?? new Map();
  knownTo.set(engines, known);
  return known;
}

/**
 * One condition for all that are written alike in the same place of a rule: thousands of rules ask for few different
 * things, and a verdict waits for memory more than for anything else. `written` is JSON. What has an effect on its
 * compilation, such as an error or a pattern's cost, is made anew each time.
 */
export function oneForAlike(
  written: readonly unknown[],
  place: Place,
  make: (place: Place) => Condition,
): Condition {
  const { path, quantifier, compilation } = place;
  const known = knownWith(compilation.engines ?? withoutEngines);
  const key = JSON.stringify([path, quantifier, ...written]);
  const found = known.get(key)?.deref();
  if (found !== undefined) return found;
  const { readsBody, needsServer, patternCost } = compilation;
  let isReported = false;
  const made = make({
    ...place,
    report(error) {
      isReported = true;
      place.report(error);
    },
  });
  const hasNoEffect =
    !isReported &&
    compilation.readsBody === readsBody &&
    compilation.needsServer === needsServer &&
    compilation.patternCost === patternCost;
  if (hasNoEffect && key.length <= keyMax) {
    known.set(key, new WeakRef(made));
    forgotten.register(made, { known, key });
  }
  return made;
}
