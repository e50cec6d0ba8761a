import { expect, test } from "vitest";
import { scopeMatcher } from "@/lib/rules/language/matchers/scope-matcher";

test.each([
  ["datastore::set", "set:datastore"],
  [
    ["datastore::set", "read:x"],
    ["set:datastore", "read:x"],
  ],
  [{ contains: "datastore::set" }, { contains: "set:datastore" }],
  [
    { in: ["a::b", "c:d"], exists: true },
    { in: ["b:a", "c:d"], exists: true },
  ],
  [{ prefix: "read:" }, { prefix: "read:" }],
])("%j is read as %j", (written, meant) => {
  expect(scopeMatcher(written)).toEqual(meant);
});
