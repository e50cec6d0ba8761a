import { setFlagsFromString } from "node:v8";
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { comparators, joined, writeRule, type Dialect } from "@/lib/testing/oracles/write-rule";
import type {
  AbstractPolicy,
  AbstractRequest,
  Leaf,
  Literal,
  Operator,
  Value,
  Values,
} from "@/lib/testing/oracles/policy";

// Node 20's compiler inlines calls into WebAssembly, and V8 dies ("unreachable code") where it must undo that.
setFlagsFromString("--no-turbo-inline-js-wasm-calls");

const variables = { subject: "principal", resource: "resource", context: "context" } as const;

const dialect: Dialect<string> = {
  all: (parts) => joined(parts, "&&"),
  any: (parts) => joined(parts, "||"),
  not: (part) => `!(${part})`,
  compare: (leaf, operator) => compare(nameOf(leaf), operator),
  compareList(leaf, operators, quantifier) {
    const value = nameOf(leaf);
    const parts = operators.map(({ name, right }) => {
      if (name === "contains") return `${value}.contains(${literal(right)})`;
      const wanted = typeof right === "object" ? listOf(right) : listOf([right]);
      return quantifier === "any"
        ? `${value}.containsAny(${wanted})`
        : `(!${value}.isEmpty() && ${wanted}.containsAll(${value}))`;
    });
    return joined(parts, "&&");
  },
};

function nameOf({ entity, attribute }: Leaf): string {
  return `${variables[entity]}.${attribute}`;
}

function compare(value: string, { name, right }: Operator): string {
  switch (name) {
    case "equals":
      return `${value} == ${literal(right)}`;
    case "in":
      return `${listOf(right)}.contains(${value})`;
    case "prefix":
      return `${value} like "${pattern(right)}*"`;
    case "suffix":
      return `${value} like "*${pattern(right)}"`;
    case "contains":
      return `${value} like "*${pattern(right)}*"`;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return `${value} ${comparators[name]} ${right}`;
  }
}

function listOf(values: readonly Literal[]): string {
  return `[${values.map(literal).join(", ")}]`;
}

function literal(value: Literal): string {
  return JSON.stringify(value);
}

/** Inside `like`, a star stands for itself only when escaped. */
function pattern(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll("*", "\\*");
}

/** The policy in Cedar's own language. */
export function asCedar(policy: AbstractPolicy): string {
  return policy
    .map((rule) => {
      const effect = rule.effect === "allow" ? "permit" : "forbid";
      const uids = rule.actions?.map((name) => `Action::${JSON.stringify(name)}`);
      const action = uids === undefined ? "action" : `action in [${uids.join(", ")}]`;
      return `${effect}(principal, ${action}, resource) when { ${writeRule(rule, dialect) ?? "true"} };`;
    })
    .join("\n");
}

/** Gives Cedar a policy to be asked by name. Throws what it says of one that it cannot read. */
export function teachCedar(name: string, policy: AbstractPolicy): void {
  const answer = preparsePolicySet(name, { staticPolicies: asCedar(policy) });
  if (answer.type === "failure") throw new Error(`${JSON.stringify(answer.errors)}\n${asCedar(policy)}`);
}

/** Cedar's verdict. Throws when one of its policies erred: that is outside the fragment. */
export function askCedar(name: string, { subject, action, resource, context }: AbstractRequest): boolean {
  const principal = { type: "User", id: subject.id };
  const thing = { type: "Thing", id: resource.id };
  const answer = statefulIsAuthorized({
    principal,
    action: { type: "Action", id: action },
    resource: thing,
    context: values(context),
    preparsedPolicySetId: name,
    entities: [
      { uid: principal, attrs: values(subject.properties), parents: [] },
      { uid: thing, attrs: values(resource.properties), parents: [] },
    ],
  });
  if (answer.type === "failure") throw new Error(JSON.stringify(answer.errors));
  if (answer.response.diagnostics.errors.length > 0)
    throw new Error(JSON.stringify(answer.response.diagnostics.errors));
  return answer.response.decision === "allow";
}

function values(given: Values): Record<string, Literal | string[]> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, mutable(value)]));
}

function mutable(value: Value): Literal | string[] {
  return typeof value === "object" ? [...value] : value;
}
