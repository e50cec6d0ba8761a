import fc from "fast-check";
import { expect, test } from "vitest";
import { afterPrefix } from "@/lib/datastore/stored/prefix";

const bytesOf = (text: string) => Buffer.from(text, "utf8");
const text = fc.string({ unit: "binary", maxLength: 6 }).filter((one) => !/\p{Cs}/u.test(one));

test("a text lies from a prefix up to what comes after it, by bytes, exactly when it begins with the prefix", () => {
  fc.assert(
    fc.property(text, text, fc.boolean(), (prefix, other, begins) => {
      const key = begins ? prefix + other : other;
      const after = afterPrefix(prefix);
      const isInRange =
        bytesOf(key).compare(bytesOf(prefix)) >= 0 &&
        (after === null || bytesOf(key).compare(bytesOf(after)) < 0);
      expect(isInRange).toBe(key.startsWith(prefix));
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  ["a", "b"],
  ["users/", "users0"],
  ["\ud7ff", "\ue000"],
  ["a\u{10ffff}", "b"],
  ["\u{10ffff}\u{10ffff}", null],
  ["", null],
])("after every text that begins with %j comes %j", (prefix, after) => {
  expect(afterPrefix(prefix)).toBe(after);
});
