import type { Condition, Place } from "@/lib/rules/language/condition";

/** Longer ones are seldom alike, and would cost more to compare than they save. */
const keyMax = 1_000;

/** Kept only as long as a rule has them. */
const known = new Map<string, WeakRef<Condition>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key);
});

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
  const key = JSON.stringify([path, quantifier, compilation.engines === null, ...written]);
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
    forgotten.register(made, key);
  }
  return made;
}
