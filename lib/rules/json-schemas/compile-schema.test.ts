import { describe, expect, it } from "vitest";
import { failed, no, startPlace, yes } from "@/lib/rules/language/conditions/condition";
import { compileSchema } from "@/lib/rules/json-schemas/compile-schema";
import type { JsonSchema } from "@/lib/rules/language/conditions/conditions-schema";

const words = { [no]: "unfit", [yes]: "fits", [failed]: "error" };

function compile(schema: JsonSchema) {
  const place = startPlace({ path: "body.schema", quantifier: "all" });
  return { compiled: compileSchema(schema, place), errors: place.compilation.errors };
}

function judge(schema: JsonSchema, value: unknown): string {
  const { compiled, errors } = compile(schema);
  expect(errors).toEqual([]);
  return words[compiled.test(value)];
}

const payment = {
  type: "object",
  required: ["amount"],
  properties: { amount: { type: "number", maximum: 2000 } },
};

describe("a JSON Schema", () => {
  it.each<[string, JsonSchema, unknown, string]>([
    ["what is inside its bounds fits", payment, { amount: 2000, more: [1] }, "fits"],
    ["what is beyond does not", payment, { amount: 2001 }, "unfit"],
    ["nothing is converted", payment, { amount: "5" }, "unfit"],
    ["a required field must be there", payment, {}, "unfit"],
    ["what is inherited is not there", { type: "object", required: ["toString"] }, {}, "unfit"],
    ["patterns are found anywhere, as the standard says", { type: "string", pattern: "b" }, "abc", "fits"],
    ["patterns are RE2", { type: "string", pattern: "^(?:a+)+$" }, `${"a".repeat(5_000)}!`, "unfit"],
    ["formats are checked", { type: "string", format: "date-time" }, "2027-02-30T00:00:00Z", "unfit"],
    [
      "a time with an offset is one",
      { type: "string", format: "date-time" },
      "2027-02-28T00:00:00+01:00",
      "fits",
    ],
    [
      "no address is that long",
      { type: "string", format: "email" },
      `${"a".repeat(400)}@example.com`,
      "unfit",
    ],
    [
      "uniqueItems with a bound",
      { type: "array", maxItems: 3, uniqueItems: true },
      [{ a: 1 }, { a: 1 }],
      "unfit",
    ],
    [
      "references inside it",
      { $defs: { price: { type: "number" } }, type: "object", properties: { a: { $ref: "#/$defs/price" } } },
      { a: "1" },
      "unfit",
    ],
    [
      "what is not spoken of",
      { type: "object", additionalProperties: false },
      JSON.parse('{"__proto__":1}'),
      "unfit",
    ],
  ])("%s", (_says, schema, value, expected) => {
    expect(judge(schema, value)).toBe(expected);
  });

  it("says where a value does not fit and what it must be", () => {
    const { compiled } = compile({
      type: "object",
      properties: { items: { type: "array", items: payment } },
    });
    expect(compiled.complaint({ items: [{ amount: 1 }, { amount: 2001 }] })).toEqual({
      at: "/items/1/amount",
      value: 2001,
      message: "must be <= 2000",
    });
    expect(compiled.complaint({ items: [] })).toBeNull();
  });

  it("two patterns of one schema are two patterns", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "string", pattern: "^a$" }, b: { type: "string", pattern: "^b$" } },
    };
    expect(judge(schema, { a: "a", b: "b" })).toBe("fits");
    expect(judge(schema, { a: "a", b: "a" })).toBe("unfit");
  });
});

describe("a JSON Schema is refused", () => {
  const circle = {
    $defs: { a: { $ref: "#/$defs/b" }, b: { type: "array", items: { $ref: "#/$defs/a" } } },
    $ref: "#/$defs/a",
  };
  const doubled = (levels: number): JsonSchema => ({
    $defs: Object.fromEntries([
      ["d0", { type: "string" }],
      ...Array.from({ length: levels }, (_, i) => [
        `d${i + 1}`,
        { allOf: [{ $ref: `#/$defs/d${i}` }, { $ref: `#/$defs/d${i}` }] },
      ]),
    ]),
    $ref: `#/$defs/d${levels}`,
  });
  const nested = (levels: number): JsonSchema => (levels === 0 ? {} : { not: nested(levels - 1) });

  it.each<[string, JsonSchema, string]>([
    ["for a keyword that does not exist", { type: "number", maximun: 5 }, "body.schema.maximun"],
    ["for a reference to elsewhere", { $ref: "https://example.com/a.json" }, "body.schema.$ref"],
    ["for a reference to nothing", { $ref: "#/$defs/a" }, "body.schema.$ref"],
    [
      "for a reference into its own middle",
      { properties: { a: { $ref: "#" } }, type: "object" },
      "body.schema.properties.a.$ref",
    ],
    ["for references that lead in a circle", circle, "body.schema.$defs.b.items.$ref"],
    ["for references that double forty times", doubled(40), "body.schema"],
    ["for a dynamic reference", { $dynamicRef: "#a" }, "body.schema.$dynamicRef"],
    ["for an id", { $id: "https://example.com/a" }, "body.schema.$id"],
    ["for comparing any number of items", { type: "array", uniqueItems: true }, "body.schema.uniqueItems"],
    [
      "for comparing too many items",
      { type: "array", uniqueItems: true, maxItems: 1e6 },
      "body.schema.uniqueItems",
    ],
    ["for a format that is not checked", { type: "string", format: "regex" }, "body.schema.format"],
    ["for a pattern that is none", { type: "string", pattern: "(" }, "body.schema.pattern"],
    ["for a pattern that RE2 has not", { type: "string", pattern: "(?=a)" }, "body.schema.pattern"],
    [
      "for a pattern of names that is none",
      { type: "object", patternProperties: { "(": {} } },
      "body.schema.patternProperties.(",
    ],
    ["for a maximum that is no number", { type: "number", maximum: "5" }, "body.schema.maximum"],
    ["for a maximum without a type, which text would slip past", { maximum: 5 }, "body.schema"],
    ["for a schema that is none", { not: 5 }, "body.schema.not"],
    ["for nesting", nested(100), `body.schema${".not".repeat(31)}`],
    [
      "for listing more values than it may",
      { enum: Array.from({ length: 2_000 }, (_, i) => i) },
      "body.schema",
    ],
    [
      "for definitions below the top",
      { properties: { a: { $defs: {} } }, type: "object" },
      "body.schema.properties.a.$defs",
    ],
    ["for another draft", { $schema: "http://json-schema.org/draft-07/schema#" }, "body.schema.$schema"],
  ])("%s, with its place", (_why, schema, path) => {
    const { compiled, errors } = compile(schema);
    expect(errors.map((error) => error.path)).toContain(path);
    expect(compiled.test({})).toBe(failed);
  });
});

describe("no body makes a schema slow: it is an error instead", () => {
  it("when there are more values than its checks allow", () => {
    const schema = { type: "array", items: { enum: Array.from({ length: 900 }, (_, i) => i) } };
    expect(
      judge(
        schema,
        Array.from({ length: 1_000 }, () => 899),
      ),
    ).toBe("fits");
    expect(
      judge(
        schema,
        Array.from({ length: 100_000 }, () => 899),
      ),
    ).toBe("error");
  });

  it("when its patterns meet more text than they may", () => {
    const schema = { type: "array", items: { type: "string", pattern: "[ab]*a[ab]{300}c" } };
    expect(judge(schema, ["ab".repeat(100)])).toBe("unfit");
    expect(judge(schema, ["ab".repeat(20_000)])).toBe("error");
  });

  it("and the next body is judged as if nothing had been", () => {
    const { compiled } = compile({ type: "string", pattern: "^[ab]*a[ab]{300}c$" });
    expect(compiled.test("ab".repeat(20_000))).toBe(failed);
    expect(compiled.test(`a${"b".repeat(300)}c`)).toBe(yes);
  });
});
