import { expect, it } from "vitest";
import { tooMany, valuesAt } from "@/lib/rules/language/attributes/field-path";
import { valuesMax } from "@/lib/rules/language/matchers/matcher";

it("a list at the end of a path is one value, flat", () => {
  expect(valuesAt({ a: [1, [2, [3]], []] }, ["a"])).toEqual([[1, 2, 3]]);
  expect(valuesAt({ a: Array(valuesMax).fill(1) }, ["a"])).toEqual([Array(valuesMax).fill(1)]);
});

it.each([
  ["numbers", 1],
  ["lists", [1]],
])("of more %s than are judged, no more are looked at", (_what, item) => {
  let read = 0;
  const list = new Proxy(Array(500_000).fill(item), {
    get(items, key) {
      read += 1;
      return Reflect.get(items, key);
    },
  });
  expect(valuesAt({ list }, ["list"])).toBe(tooMany);
  // Every item is one read more, of the list's length.
  expect(read).toBeLessThan(2.5 * valuesMax);
});
