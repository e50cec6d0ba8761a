import { expect, test } from "vitest";
import { readScopeLines, scopeLines } from "@/components/services/form/scope-lines";

test("required scopes are typed a route a line, methods first or left out", () => {
  expect(readScopeLines("post,PUT /v1/a/** write:a  admin:a\n\n  /v1/b read:b\n* /c read:c\n")).toEqual([
    { methods: ["POST", "PUT"], route: "/v1/a/**", scopes: ["write:a", "admin:a"] },
    { route: "/v1/b", scopes: ["read:b"] },
    { route: "/c", scopes: ["read:c"] },
  ]);
});

test("what is stored reads back as it was", () => {
  const stored = [
    { methods: ["GET" as const], route: "/v1/{id}", scopes: ["read:a"] },
    { route: "/**", scopes: ["read:b", "write:b"] },
  ];
  expect(scopeLines(stored)).toBe("GET /v1/{id} read:a\n* /** read:b write:b");
  expect(readScopeLines(scopeLines(stored))).toEqual(stored);
});

test("a line that lacks a part is kept as it is, for the schema to refuse at its number", () => {
  expect(readScopeLines("POST")).toEqual([{ methods: ["POST"], route: "", scopes: [] }]);
});
