import { valuesMax } from "@/lib/rules/language/matchers/matcher";
import type { Place } from "@/lib/rules/language/conditions/condition";

const stepsMax = 20;

/** The steps that a path spells: names joined by dots; `\.` is a dot inside a name. Reports what is no path. */
export function compilePath(path: string, place: Place): readonly string[] {
  const steps = stepsOf(path);
  if (steps.length > stepsMax) place.report({ path: place.path, message: `has more than ${stepsMax} steps` });
  if (steps.includes(""))
    place.report({
      path: place.path,
      message: String.raw`has an empty step; names are joined by single dots, and \. is a dot in a name`,
    });
  return steps;
}

/** The same of a path that is taken as it is. */
export function stepsOf(path: string): string[] {
  const steps: string[] = [];
  let step = "";
  for (let at = 0; at < path.length; at++) {
    const character = path[at] ?? "";
    const next = path[at + 1];
    if (character === "\\" && (next === "." || next === "\\")) {
      step += next;
      at++;
    } else if (character === ".") {
      steps.push(step);
      step = "";
    } else step += character;
  }
  return [...steps, step];
}

/** Signals more values than are judged. */
export const tooMany = Symbol("too many");

/**
 * Everything that a path leads to. A list on the way stands for its items, and each that has no such field, like an
 * empty list, gives one `undefined`. A list at the end is one value, flat. More values than {@link valuesMax} are `tooMany`.
 */
export function valuesAt(root: unknown, steps: readonly string[]): readonly unknown[] | typeof tooMany {
  const found: unknown[] = [];
  const budget = { left: valuesMax };
  return collect(root, { steps, at: 0, found, budget }) ? found : tooMany;
}

interface Walk {
  steps: readonly string[];
  at: number;
  found: unknown[];
  budget: { left: number };
}

/** False once there are too many. */
function collect(value: unknown, walk: Walk): boolean {
  const { steps, at, found, budget } = walk;
  if (Array.isArray(value)) {
    if (at === steps.length) return collectList(value, walk);
    if (value.length > 0) return value.every((item) => collect(item, walk));
  }
  const step = steps[at];
  if (step !== undefined && isRecord(value))
    return collect(Object.hasOwn(value, step) ? value[step] : undefined, { ...walk, at: at + 1 });
  found.push(step === undefined ? value : undefined);
  return --budget.left >= 0;
}

function collectList(list: readonly unknown[], { found, budget }: Walk): boolean {
  const items: unknown[] = [];
  found.push(items);
  return flatten(list, { items, budget });
}

/** Goes no further into a list than values are judged. */
function flatten(list: readonly unknown[], into: { items: unknown[]; budget: Walk["budget"] }): boolean {
  for (const item of list) {
    if (Array.isArray(item)) {
      if (!flatten(item, into)) return false;
    } else {
      if (--into.budget.left < 0) return false;
      into.items.push(item);
    }
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
