import { expect, it } from "vitest";
import { claimReader } from "@/lib/rules/language/claim";

const claims = {
  sub: "ada",
  "realm.roles": ["exact"],
  realm: { roles: ["nested"], groups: ["staff"] },
  "https://id.test/claims": { role: "editor" },
  "a.b": null,
  a: { b: "inside" },
};

it.each<[string, unknown]>([
  ["sub", "ada"],
  ["realm.roles", ["exact"]],
  ["realm.groups", ["staff"]],
  ["https://id.test/claims", { role: "editor" }],
  [String.raw`https://id\.test/claims`, { role: "editor" }],
  [String.raw`https://id\.test/claims.role`, "editor"],
  ["https://id.test/claims.role", undefined],
  ["a.b", null],
  ["nothing.there", undefined],
  ["constructor", undefined],
  ["realm.constructor", undefined],
])("the claim %s", (name, value) => {
  expect(claimReader(name)(claims)).toEqual(value);
});
