import { expect, test } from "vitest";
import { type FieldSchema, jsonOfFields } from "@/lib/api/forms/json-of-fields";

const named = { Limit: { type: "integer" } };
const schema: FieldSchema = {
  properties: {
    name: { type: "string" },
    labels: { type: "array", items: { type: "string" } },
    scopes: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "string" }] },
    limit: { $ref: "#/components/schemas/Limit" },
    on: { type: "boolean" },
    customer: { type: ["string", "null"] },
    metadata: { type: "object" },
    version: { const: 1 },
  },
};

test.each([
  ["text stays text where text is wanted", { name: ["10"] }, { name: "10" }],
  ["one text is a list where only lists are taken", { labels: ["a"] }, { labels: ["a"] }],
  ["a repeated field is a list", { labels: ["a", "b"] }, { labels: ["a", "b"] }],
  ["one text stays text where both are taken", { scopes: ["a or b"] }, { scopes: "a or b" }],
  [
    "digits are a number where numbers are taken",
    { limit: ["60"], version: ["1"] },
    { limit: 60, version: 1 },
  ],
  ["true and false are booleans where those are taken", { on: ["false"] }, { on: false }],
  ["nothing is null where null is taken", { customer: [""] }, { customer: null }],
  ["what nests is JSON text", { metadata: ['{"a":[1]}'] }, { metadata: { a: [1] } }],
  [
    "what does not fit stays for the schema to refuse",
    { limit: ["1e3"], on: ["yes"] },
    { limit: "1e3", on: "yes" },
  ],
  ["an unknown field stays", { colour: ["red"] }, { colour: "red" }],
])("%s", (_title, fields: Record<string, string[]>, expected) => {
  expect(jsonOfFields(new Map(Object.entries(fields)), { schema, named })).toEqual(expected);
});

test("a field called __proto__ is a field like others", () => {
  const made = jsonOfFields(new Map([["__proto__", ["x"]]]), { schema, named });
  expect(Object.keys(made)).toEqual(["__proto__"]);
});
