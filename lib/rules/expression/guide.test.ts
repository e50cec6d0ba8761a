import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkRule } from "@/lib/rules/writing/check";
import { variables } from "@/lib/rules/expression/variables";
import { serverEngines } from "@/lib/rules/verdict/server-engines";

const guide = readFileSync("docs/guides/expressions.md", "utf8");
const examples = [...guide.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]) => text);

test("the guide's rules compile and answer their own tests", () => {
  expect(examples.length).toBeGreaterThanOrEqual(4);
  for (const example of examples) {
    const checked = checkRule(JSON.parse(example), serverEngines);
    expect(checked).toMatchObject({ ok: true });
    expect(checked.tests.length).toBeGreaterThan(1);
  }
});

test.each(Object.entries(variables))("the guide's table names %s and all its fields", (root, variable) => {
  const rows = guide.split("\n").filter((line) => line.startsWith("| `"));
  const fields = typeof variable.read === "function" ? [root] : Object.keys(variable);
  const row = rows.filter((line) => line.includes(`\`${root}`)).join();
  for (const field of fields) expect(row).toMatch(new RegExp(`[.\`]${field}\``));
});

test("a rule whose expression is wrong is refused with the place", () => {
  const rule = { name: "wrong", effect: "deny", expr: "request.boddy.amount > 5" };
  expect(checkRule(rule, serverEngines)).toMatchObject({
    ok: false,
    errors: [{ path: "expr", message: expect.stringMatching(/^line 1, column 8: request has no boddy/) }],
  });
});
