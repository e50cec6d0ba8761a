import type { CelInput } from "@bufbuild/cel";
import type { SimpleTest } from "@bufbuild/cel-spec/cel/expr/conformance/test/simple_pb.js";
import { getTestRegistry } from "@bufbuild/cel-spec/testdata/registry.js";
import { getConformanceSuite, type IncrementalTestSuite } from "@bufbuild/cel-spec/testdata/tests.js";
import { expect, test } from "vitest";
import { inputOf, isExpected } from "@/lib/rules/expression/conformance/values";
import { makeEnvironment } from "@/lib/rules/expression/evaluate/environment";
import { planExpression, type Outcome } from "@/lib/rules/expression/evaluate/run";
import { parseExpression } from "@/lib/rules/expression/syntax/parse";

/** The files of the specification's own language; the others try extensions, which rules do not have. */
const core = (
  "basic comparisons conversions dynamic enums fields fp_math integer_math lists logic macros namespace parse " +
  "plumbing proto2 proto3 string timestamps wrappers"
).split(" ");

/** What an implementation does instead of the enums that are plain numbers, as ours and the reference's are. */
const alternatives = /^enums\/strong_/;

/** Tests that fail, each with its reason in docs/decisions/0023-cel.md. */
const known = [
  "fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous",
  "proto2/extensions_get/package_scoped_int32",
  "proto2/extensions_get/package_scoped_nested_ext",
  "proto2/extensions_get/package_scoped_test_all_types_ext",
  "proto2/extensions_get/package_scoped_test_all_types_nested_enum_ext",
  "proto2/extensions_get/package_scoped_repeated_test_all_types",
  "proto2/extensions_get/message_scoped_int64",
  "proto2/extensions_get/message_scoped_nested_ext",
  "proto2/extensions_get/message_scoped_nested_enum_ext",
  "proto2/extensions_get/message_scoped_repeated_test_all_types",
];

const registry = getTestRegistry();

function* testsOf(suite: IncrementalTestSuite, path: string): Generator<{ name: string; one: SimpleTest }> {
  for (const { name, original } of suite.tests) yield { name: `${path}/${name}`, one: original };
  for (const inner of suite.suites) yield* testsOf(inner, `${path}/${inner.name}`);
}

/** Through our parsing and its limits, our rewriting, our functions and our step counter. */
function run(one: SimpleTest): Outcome {
  let refusal = "";
  const parsed = parseExpression(one.expr, (message) => (refusal = message));
  if (parsed === null) return { ok: false, error: refusal };
  const bindings: Record<string, CelInput> = {};
  for (const [name, { kind }] of Object.entries(one.bindings))
    if (kind.case === "value") bindings[name] = inputOf(kind.value, registry);
  const environment = makeEnvironment({ namespace: one.container, registry });
  return planExpression(parsed.expr, new Map(), environment)(bindings);
}

function passes(one: SimpleTest): boolean {
  const { resultMatcher } = one;
  const outcome = run(one);
  switch (resultMatcher.case) {
    case "evalError":
    case "anyEvalErrors":
      return !outcome.ok;
    case "value":
      return outcome.ok && isExpected(outcome.value, resultMatcher.value, registry);
    case "typedResult":
      return (
        outcome.ok &&
        resultMatcher.value.result !== undefined &&
        isExpected(outcome.value, resultMatcher.value.result, registry)
      );
    case "unknown":
    case "anyUnknowns":
      return false;
    case undefined:
      return outcome.ok && outcome.value === true;
  }
}

test("at least 99 % of the core files of CEL's conformance suite pass, and what fails is known", () => {
  const suites = getConformanceSuite().suites.filter(({ name }) => core.includes(name));
  expect(suites.map(({ name }) => name).sort()).toEqual([...core].sort());
  const tests = suites
    .flatMap((suite) => [...testsOf(suite, suite.name)])
    .filter(({ name, one }) => !one.checkOnly && !alternatives.test(name));
  const failing = tests.filter(({ one }) => !passes(one)).map(({ name }) => name);
  const passed = tests.length - failing.length;
  process.stdout.write(
    `CEL conformance: ${passed}/${tests.length} (${((passed / tests.length) * 100).toFixed(2)} %)\n`,
  );
  expect(passed / tests.length).toBeGreaterThanOrEqual(0.99);
  expect(failing).toEqual(known);
});
