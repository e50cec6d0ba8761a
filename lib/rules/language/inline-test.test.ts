import { expect, it } from "vitest";
import { checkRule } from "@/lib/rules/writing/check";
import { serverEngines } from "@/lib/rules/verdict/server-engines";

const good = { name: "good", effect: "allow" };

function errorsOf(rule: unknown) {
  const checked = checkRule(rule, serverEngines);
  return checked.ok ? [] : checked.errors;
}

it("asks AuthZEN's questions in tests too, as they are judged", () => {
  const own = {
    ...good,
    when: { action: { name: "can_update" }, subject: { "properties.roles": { contains: "editor" } } },
    unless: { context: { locked: true } },
    expr: "resource.properties.owner == subject.id",
  };
  const asked = (owner: string, more: object = {}) => ({
    subject: { type: "user", id: "ada", properties: { roles: ["editor"] } },
    action: { name: "can_update" },
    resource: { type: "todo", id: "1", properties: { owner } },
    ...more,
  });
  const test = (evaluation: object, expect: string) => ({ name: "t", evaluation, expect });
  const tests = [
    test(asked("ada"), "allow"),
    test(asked("eve"), "deny"),
    test(asked("ada", { context: { locked: true } }), "deny"),
    test(asked("ada", { action: { name: "can_read" } }), "deny"),
    test({ ...asked("ada"), subject: { type: "user", id: "ada" } }, "deny"),
  ];
  expect(errorsOf({ ...own, tests })).toEqual([]);
  expect(errorsOf({ ...own, tests: [test(asked("eve"), "allow")] })).toMatchObject([{ path: "tests.0" }]);
  const byKey = { ...good, when: { credential: { roles: "clerk" }, action: { name: "can_update" } } };
  const ofKey = { ...test(asked("ada"), "allow"), credential: { roles: ["clerk"] } };
  expect(errorsOf({ ...byKey, tests: [ofKey] })).toEqual([]);
  const onPaths = { ...good, when: { route: "/**" }, tests: [test(asked("ada"), "deny")] };
  expect(errorsOf(onPaths)).toEqual([]);
});

it.each([
  [{ name: "t", expect: "allow" }, "tests.0"],
  [
    {
      name: "t",
      request: { method: "GET", path: "/" },
      evaluation: {
        subject: { type: "u", id: "1" },
        action: { name: "a" },
        resource: { type: "r", id: "1" },
      },
      expect: "allow",
    },
    "tests.0",
  ],
  [
    {
      name: "t",
      evaluation: { subject: { type: "u" }, action: { name: "a" }, resource: { type: "r", id: "1" } },
      expect: "allow",
    },
    "tests.0.evaluation.subject.id",
  ],
])("a test that asks nothing, twice or half a question is refused: %j", (one, path) => {
  expect(errorsOf({ ...good, tests: [one] })).toMatchObject([{ path }]);
});
