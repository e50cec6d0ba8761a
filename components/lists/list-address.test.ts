import { expect, test } from "vitest";
import { narrowed, nextPage, previousPage, readPlace } from "@/components/lists/list-address";

const first = new URLSearchParams("q=acme&status=active");

test("walking forward and back comes to the same page, with its rows counted", () => {
  const second = nextPage(first, { cursor: "b", rows: 25 });
  const third = nextPage(second, { cursor: "c", rows: 25 });
  expect(readPlace(third)).toEqual({ q: "acme", trail: ["b", "c"], cursor: "c", from: 51 });
  expect(previousPage(third)?.toString()).toBe(second.toString());
  expect(previousPage(second)?.toString()).toBe(first.toString());
  expect(previousPage(first)).toBeNull();
});

test("a changed filter begins at the first page, and keeps the others", () => {
  const second = nextPage(first, { cursor: "b", rows: 25 });
  expect(narrowed(second, { status: null }).toString()).toBe("q=acme");
});

test("a place that nobody walked to is the first page", () => {
  expect(readPlace(new URLSearchParams("from=400"))).toMatchObject({ from: 1, cursor: undefined });
  expect(readPlace(new URLSearchParams("cursor=b&from=-3")).from).toBe(1);
});
