import type { SearchChange } from "@/components/shell/address-bar";

type Check = (value: string) => boolean;

/** Up to so many characters. */
export const upTo =
  (length: number): Check =>
  (value) =>
    value.length <= length;

export const among =
  (values: readonly string[]): Check =>
  (value) =>
    values.includes(value);

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time. */
export const isMoment: Check = (value) => moment.test(value) && !Number.isNaN(Date.parse(value));

/** What an address is asked for. */
export type AddressSearch = Pick<URLSearchParams, "get">;

/** The filters of a page of records in its address. */
export interface AddressFilters<Filters> {
  /** Names in the address. */
  names: readonly string[];
  /** Whether the API would take a value. */
  isMeant(name: string, value: string): boolean;
  /** What does not parse is left out, so that a mistyped address still shows a page. */
  read(search: AddressSearch): Filters;
  /** Of the view that is shown: what arrives has no time but now. */
  shown(search: AddressSearch): Filters;
  /** The address change that takes every filter away; null while there is none. */
  cleared(filters: Filters): SearchChange | null;
}

/**
 * `checks` say of each name whether the API would take a value. They say again what its schemas say, so that a page
 * loads without them.
 */
export function addressFilters<Filters extends object>(
  none: Filters,
  checks: Readonly<Record<keyof Filters & string, Check>>,
): AddressFilters<Filters> {
  const byName = new Map<string, Check>(Object.entries(checks));
  const names = [...byName.keys()];
  const isMeant = (name: string, value: string) => value !== "" && byName.get(name)?.(value) === true;
  const read = (search: AddressSearch, asked: readonly string[] = names) => {
    const values = asked.map((name) => [name, search.get(name) ?? ""] as const);
    return Object.assign(
      { ...none },
      Object.fromEntries(values.filter(([name, value]) => isMeant(name, value))),
    );
  };
  const timeless = names.filter((name) => name !== "from" && name !== "to");
  return {
    names,
    isMeant,
    read: (search) => read(search),
    shown: (search) => read(search, search.get("view") === "history" ? names : timeless),
    cleared: (filters) =>
      Object.keys(filters).length === 0 ? null : Object.fromEntries(names.map((name) => [name, null])),
  };
}
