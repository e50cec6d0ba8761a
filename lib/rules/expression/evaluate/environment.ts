import { celEnv, celError, type CelEnv } from "@bufbuild/cel";
import type { Registry } from "@bufbuild/protobuf";
import { functions } from "@/lib/rules/expression/evaluate/functions";
import { internalFunction } from "@/lib/rules/expression/evaluate/internal";
import { quickly } from "@/lib/rules/expression/evaluate/comparisons";
import { countSteps } from "@/lib/rules/expression/evaluate/function-steps";
import { patternFor } from "@/lib/rules/expression/evaluate/patterns";
import { stepsAreSpent } from "@/lib/rules/expression/evaluate/steps";

type FuncGroup = NonNullable<ReturnType<CelEnv["funcs"]["find"]>>;

/** What expressions are evaluated in: CEL's functions and ours, every call of which counts its steps. */
export function makeEnvironment(options: { namespace?: string; registry?: Registry } = {}): CelEnv {
  const plain = celEnv({ ...options, funcs: functions, re2: { compile: patternFor } });
  const groups = new Map<string, FuncGroup>();
  const find = (name: string) => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const group = plain.funcs.find(name);
    const made = group === undefined ? internalFunction(name, plain.registry) : counted(group);
    if (made !== undefined) groups.set(name, made);
    return made;
  };
  const funcs = overlay(plain.funcs, "find", find);
  return overlay(plain, "funcs", funcs);
}

/** The same object but for one property; the library's own types cannot be made any other way. */
function overlay<Thing extends object>(thing: Thing, property: string, value: unknown): Thing {
  return new Proxy(thing, {
    get: (target, key) => (key === property ? value : Reflect.get(target, key, target)),
  });
}

function counted(group: FuncGroup): FuncGroup {
  const count = countSteps(group.name);
  const quick = quickly(group.name);
  return {
    name: group.name,
    [Symbol.iterator]: () => group[Symbol.iterator](),
    call(id, target, args) {
      try {
        count(target, args);
      } catch (error) {
        if (stepsAreSpent()) throw error;
        return celError(error, id);
      }
      return quick?.(args) ?? group.call(id, target, args);
    },
  };
}

/** The one that rules use. */
export const environment = makeEnvironment();
