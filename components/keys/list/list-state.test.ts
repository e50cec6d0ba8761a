import { expect, test } from "vitest";
import {
  changed,
  filtersOf,
  firstState,
  listHref,
  nextPage,
  previousPage,
  readListState,
} from "@/components/keys/list/list-state";

const read = (address: string) => readListState(new URL(address, "http://portal").searchParams);

test("an address says the whole state, and reading it gives the state back", () => {
  const state = {
    ...firstState,
    q: "ledger",
    status: "rotating",
    scope: "read:*",
    lastUsed: "30d",
    sort: "name",
    trail: ["a", "b"],
    from: 51,
  } as const;
  expect(read(listHref(state))).toEqual(state);
  expect(listHref(firstState)).toBe("/keys");
});

test("what an address says wrongly is as if it were not there", () => {
  expect(read("/keys?status=broken&sort=size&lastUsed=x&from=-4&environment=")).toEqual(firstState);
});

test("walking on and back leads to the page one came from", () => {
  const second = nextPage(firstState, { cursor: "a", rows: 25 });
  const third = nextPage(second, { cursor: "b", rows: 25 });
  expect(third.from).toBe(51);
  expect(previousPage(third)).toEqual(second);
  expect(previousPage(second)).toEqual(firstState);
  expect(previousPage(firstState)).toBeNull();
});

test("a change of filter begins at the first page, and only what is set is asked", () => {
  const state = changed(nextPage(firstState, { cursor: "a", rows: 25 }), { status: "active" });
  expect(filtersOf(state)).toEqual({ limit: 25, sort: "created", status: "active" });
});
