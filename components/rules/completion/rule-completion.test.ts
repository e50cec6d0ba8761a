import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { ruleCompletion, type KnownNames } from "@/components/rules/completion/rule-completion";
import { expressionVariables } from "@/components/rules/completion/expression-words";
import { variables } from "@/lib/rules/expression/variables";
import { ruleJsonSchema } from "@/lib/rules/writing/json-schema";

const names: KnownNames = {
  scopes: ["read:invoices"],
  roles: ["clerk"],
  credentials: [{ id: "key_1", name: "checkout-web" }],
  customers: ["cus-7"],
  services: ["payments"],
  metadata: ["plan"],
};
const complete = ruleCompletion(ruleJsonSchema(), () => names);

/** What is offered where `|` stands, by the label that is shown. */
function offered(text: string): string[] {
  const at = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", "") });
  const result = complete(new CompletionContext(state, at, true));
  return (result?.options ?? []).map(({ label, displayLabel }) => displayLabel ?? label);
}

test.each([
  [
    "a rule's members",
    "{ | }",
    ["name", "effect", "mode", "when", "unless", "expr", "reason", "expiresAt", "tests"],
  ],
  [
    "every kind of condition",
    '{ "when": { | } }',
    [
      "method",
      "route",
      "header",
      "query",
      "body",
      "credential",
      "token",
      "ip",
      "subject",
      "any",
      "all",
      "not",
    ],
  ],
  [
    "every operator",
    '{ "when": { "header": { "x": { | } } } }',
    ["in", "prefix", "suffix", "glob", "regex", "contains", "exists", "cidr", "mediaType", "schema", "gte"],
  ],
  ["methods", '{ "when": { "method": [|] } }', ["GET", "POST", "DELETE"]],
  ["headers that are common", '{ "when": { "header": { | } } }', ["content-type", "idempotency-key"]],
  ["claims", '{ "unless": { "token": { | } } }', ["sub", "iss"]],
  ["metadata that keys have", '{ "when": { "credential": { | } } }', ["scopes", "metadata.plan"]],
  [
    "scopes of the workspace",
    '{ "when": { "credential": { "scopes": { "contains": "|" } } } }',
    ["read:invoices"],
  ],
  ["roles of the workspace", '{ "when": { "credential": { "roles": "|" } } }', ["clerk"]],
  ["customers of the workspace", '{ "when": { "credential": { "customer": "|" } } }', ["cus-7"]],
  ["services of the workspace", '{ "attachments": [{ "service": "|" }] }', ["payments"]],
  ["media types", '{ "when": { "header": { "content-type": { "mediaType": "|" } } } }', ["application/json"]],
  ["networks", '{ "when": { "ip": { "cidr": ["|"] } } }', ["10.0.0.0/8"]],
  [
    "keywords of JSON Schema",
    '{ "when": { "body": { "schema": { | } } } }',
    ["type", "properties", "required"],
  ],
  ["types of JSON Schema", '{ "when": { "body": { "schema": { "type": "|" } } } }', ["object", "array"]],
  [
    "a test's request",
    '{ "tests": [{ "request": { | } }] }',
    ["method", "path", "headers", "query", "body", "ip"],
  ],
  ["what a test asks", '{ "tests": [{ | }] }', ["request", "evaluation", "credential", "expect"]],
  [
    "a test's evaluation",
    '{ "tests": [{ "evaluation": { | } }] }',
    ["subject", "action", "resource", "context"],
  ],
  [
    "a test's credential",
    '{ "tests": [{ "credential": { | } }] }',
    ["scopes", "metadata", "token", "environment"],
  ],
  ["what an expression reads", '{ "expr": "|" }', ["request.body", "credential.scopes", "has("]],
  ["its members", '{ "expr": "request.b|" }', ["request.body"]],
  ["what may follow a value", '{ "expr": "request.body.items.|" }', ["all(", "size()"]],
])("%s are offered", (_what, text, expected) => {
  expect(offered(text)).toEqual(expect.arrayContaining(expected));
});

test("nothing is offered inside an expression's own text", () => {
  expect(offered('{ "expr": "request.method == \\"GE|" }')).toEqual([]);
  expect(offered('{ "expr": "request.method == \'GE|" }')).toEqual([]);
});

test("names that a schema's author gives are left to them", () => {
  expect(offered('{ "when": { "body": { "schema": { "properties": { | } } } } }')).toEqual([]);
});

test("an expression is offered exactly what it may read", () => {
  const all = Object.entries(variables).flatMap(([root, fields]) =>
    "read" in fields ? [root] : Object.keys(fields).map((field) => `${root}.${field}`),
  );
  expect(expressionVariables.map(({ name }) => name).sort()).toEqual(all.sort());
});
