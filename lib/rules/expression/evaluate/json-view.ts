import { celList, celMap, type CelList, type CelUint, type CelValue } from "@bufbuild/cel";
import { spend } from "@/lib/rules/expression/evaluate/steps";
import type { Json } from "@/lib/db/json";

type Key = bigint | string | boolean | CelUint;

/** How the value of one field is shown to an expression. */
export type ViewField = (value: unknown) => CelValue | undefined;

/**
 * JSON as CEL sees it, made only as deep as it is looked at: a body of a million items costs nothing until it is walked.
 * Every number is a double, as in CEL's own reading of JSON; undefined stands for an absent value.
 */
export function viewJson(value: unknown): CelValue | undefined {
  if (typeof value !== "object" || value === null) return isScalar(value) ? value : undefined;
  if (isJsonList(value)) return viewList(value);
  return celMap(new RecordView(value, viewJson));
}

const sources = new WeakMap<CelList, readonly Json[]>();

function viewList(items: readonly Json[]): CelList {
  const list = celList(new Proxy(items, listView));
  sources.set(list, items);
  return list;
}

/** The same list for one that is about to be walked: every item viewed at once, which is quicker than one by one. */
export function forWalking(list: CelList): CelList {
  const source = sources.get(list);
  return source === undefined ? list : celList(source.map((item) => viewJson(item) ?? null));
}

/** Any object with own fields as a CEL map. */
export function viewRecord(record: object, viewField: ViewField): CelValue {
  return celMap(new RecordView(record, viewField));
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return (
    value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean"
  );
}

/** What was parsed as JSON holds nothing else. */
function isJsonList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

const listView: ProxyHandler<readonly Json[]> = {
  get(list, key) {
    const item: unknown = Reflect.get(list, key);
    return typeof item === "object" && item !== null ? viewJson(item) : item;
  },
};

/** The shape that `celMap` wants, over an object's own fields; nothing is copied. */
class RecordView implements ReadonlyMap<Key, CelValue> {
  constructor(
    private readonly record: object,
    private readonly viewField: ViewField,
  ) {}

  get size(): number {
    const { length } = this.names();
    return length;
  }

  get(key: Key): CelValue | undefined {
    spend(1);
    if (typeof key !== "string" || !Object.hasOwn(this.record, key)) return undefined;
    return this.viewField(Reflect.get(this.record, key));
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  forEach(visit: (value: CelValue, key: Key, map: ReadonlyMap<Key, CelValue>) => void): void {
    for (const [key, value] of this) visit(value, key, this);
  }

  *entries(): MapIterator<[Key, CelValue]> {
    for (const name of this.names()) {
      const value = this.get(name);
      if (value !== undefined) yield [name, value];
    }
  }

  *keys(): MapIterator<Key> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<CelValue> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, CelValue]> {
    return this.entries();
  }

  private names(): string[] {
    const names = Object.keys(this.record);
    spend(names.length / 4);
    return names;
  }
}
