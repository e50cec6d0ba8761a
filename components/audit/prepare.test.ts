import { expect, test } from "vitest";
import { actionText, differences, shortHash } from "@/components/audit/prepare";

test("a detail with before and after shows the fields that differ", () => {
  expect(
    differences({ before: { name: "a", plan: "free" }, after: { name: "b", plan: "free", note: 1 } }),
  ).toEqual([
    { field: "name", before: "a", after: "b" },
    { field: "note", before: null, after: "1" },
  ]);
});

test("a detail with changes shows each, with what it was where that is said", () => {
  expect(
    differences({
      changes: { name: "b", scopes: { before: ["x"], after: [] }, role: { from: "viewer", to: "admin" } },
    }),
  ).toEqual([
    { field: "name", before: null, after: "b" },
    { field: "scopes", before: '["x"]', after: "[]" },
    { field: "role", before: "viewer", after: "admin" },
  ]);
});

test("a detail that is no change has no differences", () => {
  expect(differences({ reason: "left" })).toBeNull();
  expect(differences({ before: "x", after: "y" })).toBeNull();
});

test("actions and hashes are said shortly", () => {
  expect(actionText("keys.end-rotation")).toBe("Keys, end rotation");
  expect(actionText("workspace")).toBe("Workspace");
  expect(shortHash("a".repeat(64))).toBe("aaaaaaaa…aaaaaaaa");
  expect(shortHash("")).toBe("");
});
