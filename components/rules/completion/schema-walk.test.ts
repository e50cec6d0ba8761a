import { expect, test } from "vitest";
import { describeAt, keysAt, valuesAt } from "@/components/rules/completion/schema-walk";
import { ruleJsonSchema } from "@/lib/rules/writing/json-schema";

const schema = ruleJsonSchema();
const names = (path: (string | number)[]) => keysAt(schema, path).map(({ name }) => name);
const values = (path: (string | number)[]) => valuesAt(schema, path).map(({ value }) => value);

test("the top offers the members of a rule", () => {
  expect(names([])).toEqual(expect.arrayContaining(["name", "effect", "mode", "when", "unless", "tests"]));
});

test("conditions nest as deep as they are written", () => {
  expect(names(["when"])).toEqual(
    expect.arrayContaining(["method", "route", "credential", "any", "all", "not"]),
  );
  expect(names(["when", "any", 0, "not"])).toEqual(expect.arrayContaining(["method", "credential"]));
});

test("an attribute offers its operators, metadata included", () => {
  expect(names(["when", "credential", "name"])).toEqual(
    expect.arrayContaining(["in", "prefix", "glob", "regex"]),
  );
  expect(names(["when", "credential", "metadata.plan"])).toEqual(expect.arrayContaining(["in", "exists"]));
});

test("values that are a choice are listed, inside arrays too", () => {
  expect(values(["effect"])).toEqual(["allow", "deny"]);
  expect(values(["mode"])).toEqual(expect.arrayContaining(["enforce", "shadow", "off"]));
  expect(values(["when", "method"])).toContain("GET");
  expect(values(["when", "method", 1])).toContain("POST");
  expect(values(["tests", 0, "expect"])).toEqual(["allow", "deny"]);
});

test("a hover says what the schema says", () => {
  expect(describeAt(schema, ["mode"])).toMatch(/shadow/);
  expect(describeAt(schema, ["when", "credential", "scopes"])).toMatch(/grant/);
});
