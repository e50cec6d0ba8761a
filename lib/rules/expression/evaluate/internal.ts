import {
  celError,
  celList,
  isCelList,
  isCelMap,
  type CelEnv,
  type CelInput,
  type CelList,
} from "@bufbuild/cel";
import { hasExtension, type Registry } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { forWalking } from "@/lib/rules/expression/evaluate/json-view";
import { readersByName } from "@/lib/rules/expression/variables";
import { spend, stepsAreSpent } from "@/lib/rules/expression/evaluate/steps";

type FuncGroup = NonNullable<ReturnType<CelEnv["funcs"]["find"]>>;
type Call = FuncGroup["call"];

/** Names that no expression can spell, so only a prepared one calls them. */
export const internal = {
  /** What a comprehension walks; the library copies it whole, so its size counts at once. */
  range: "@range",
  /** A turn of a comprehension: takes the steps of its body and hands on whether to go on. */
  turn: "@turn",
  /** The empty list that a comprehension fills. */
  emptied: "@emptied",
  append: "@append",
  has: "@has",
  field: "@field",
  /** A variable's value, e.g. `@read request.body`. */
  read: "@read ",
  /** Whether a variable has a value. */
  given: "@given ",
} as const;

const arrays = new WeakMap<CelList, CelInput[]>();

function emptied(): CelList {
  const items: CelInput[] = [];
  const list = celList(items);
  arrays.set(list, items);
  return list;
}

const append: Call = (id, _target, [list, item]) => {
  const items = isCelList(list) ? arrays.get(list) : undefined;
  if (list === undefined || item === undefined || items === undefined)
    return celError("nothing to append to", id);
  items.push(item);
  return list;
};

const range: Call = (_id, _target, [value]) => {
  if (isCelList(value) || isCelMap(value)) spend(value.size);
  return isCelList(value) ? forWalking(value) : value;
};

const turn: Call = (_id, _target, [steps, goOn]) => {
  spend(Number(steps));
  return goOn;
};

/** A field that is null is there; the library takes it for absent. */
function hasIn(registry: Registry): Call {
  return (id, _target, [value, field]) => {
    spend(1);
    if (typeof field !== "string") return celError("no field is named", id);
    if (isCelMap(value)) return hasKey(() => value.get(field));
    if (!isReflectMessage(value)) return false;
    const known = value.desc.fields.find(({ name }) => name === field);
    if (known !== undefined) return value.isSet(known);
    const extension = registry.getExtension(field);
    return extension === undefined
      ? celError(`there is no field ${field}`, id)
      : hasExtension(value.message, extension);
  };
}

/** A field whose name no identifier can be. */
const field: Call = (id, _target, [value, name]) => {
  spend(1);
  const found = typeof name === "string" && isCelMap(value) ? value.get(name) : undefined;
  return found === undefined ? celError(`there is no field ${String(name)}`, id) : found;
};

function hasKey(read: () => unknown): boolean {
  try {
    return read() !== undefined;
  } catch (error) {
    if (stepsAreSpent()) throw error;
    return true;
  }
}

const calls = new Map<string, Call>([
  [internal.range, range],
  [internal.turn, turn],
  [internal.emptied, emptied],
  [internal.append, append],
  [internal.field, field],
]);

/** The function that a prepared expression calls by one of those names. */
export function internalFunction(name: string, registry: Registry): FuncGroup | undefined {
  const call = name === internal.has ? hasIn(registry) : (calls.get(name) ?? variableCall(name));
  return call === undefined ? undefined : { name, [Symbol.iterator]: () => [][Symbol.iterator](), call };
}

function variableCall(name: string): Call | undefined {
  const reading = name.startsWith(internal.read);
  if (!reading && !name.startsWith(internal.given)) return undefined;
  const variable = name.slice((reading ? internal.read : internal.given).length);
  const reader = readersByName.get(variable);
  if (reader === undefined) return undefined;
  if (!reading) return reader.has;
  return (id) => {
    spend(reader.steps);
    const value = reader.read();
    return value === undefined ? celError(`there is no ${variable}`, id) : value;
  };
}
