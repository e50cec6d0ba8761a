import type { AbstractPolicy, AbstractRule, Formula, Leaf, Operator } from "@/lib/testing/oracles/policy";

type Json = Record<string, unknown>;

/** The policy as rules of ours, as a person would write them. */
export function asRules(policy: AbstractPolicy): unknown[] {
  return policy.map((rule, index) => ({ name: `rule-${index}`, effect: rule.effect, ...conditionsOf(rule) }));
}

function conditionsOf({ actions, when, unless }: AbstractRule): Json {
  const action = actions === null ? {} : { action: { name: actions } };
  // A block's own action condition would stand in the way of this one.
  const conditions = when === null ? action : { ...action, all: [block(when)] };
  return {
    ...(Object.keys(conditions).length === 0 ? {} : { when: conditions }),
    ...(unless === null ? {} : { unless: block(unless) }),
  };
}

function block(formula: Formula): Json {
  switch (formula.kind) {
    case "block":
      return leaves(formula.leaves);
    case "all":
    case "any":
      return { [formula.kind]: formula.parts.map(block) };
    case "not":
      return { not: block(formula.part) };
  }
}

function leaves(list: readonly Leaf[]): Json {
  const found: Record<string, Json> = {};
  for (const leaf of list) {
    const name = leaf.entity === "context" ? leaf.attribute : `properties.${leaf.attribute}`;
    found[leaf.entity] = { ...found[leaf.entity], [name]: matcher(leaf) };
  }
  return found;
}

function matcher({ alternatives }: Leaf): unknown {
  const written = alternatives.map(comparison);
  return written.length === 1 ? written[0] : written;
}

function comparison(operators: readonly Operator[]): unknown {
  const [only] = operators;
  if (only?.name === "equals") return only.right;
  return Object.fromEntries(operators.map(({ name, right }) => [name, right]));
}
