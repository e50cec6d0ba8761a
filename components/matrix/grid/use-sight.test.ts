import { expect, it } from "vitest";
import { spanAt } from "@/components/matrix/grid/use-sight";

it.each([
  [{ offset: 0, length: 440, size: 44, count: 2_000 }, 0, { first: 0, last: 9 }],
  [{ offset: 44, length: 450, size: 44, count: 2_000 }, 0, { first: 1, last: 11 }],
  [{ offset: 440, length: 440, size: 44, count: 2_000 }, 3, { first: 7, last: 22 }],
  [{ offset: 87_560, length: 440, size: 44, count: 2_000 }, 8, { first: 1_982, last: 1_999 }],
  [{ offset: 4_400, length: 440, size: 44, count: 5 }, 0, { first: 4, last: 4 }],
  [{ offset: 0, length: 440, size: 44, count: 0 }, 8, { first: 0, last: -1 }],
  [{ offset: 0, length: -100, size: 44, count: 3 }, 0, { first: 0, last: 0 }],
])("of %j, with %i more, %j is drawn", (view, more, span) => {
  expect(spanAt(view, more)).toEqual(span);
});
