import {
  attributes,
  type AbstractPolicy,
  type AbstractRequest,
  type AbstractRule,
  type AttributeType,
  type EntityName,
  type Formula,
  type Leaf,
  type Operator,
  type Value,
  type Values,
} from "@/lib/testing/oracles/policy";

/** Numbers in [0, 1) that a seed decides: mulberry32, by Tommy Ettinger. */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const actions = ["read", "write", "delete", "share"] as const;
/** Words that begin, end and hold one another, and some that a careless translation would break. */
const words = [
  "ops",
  "opsec",
  "dev",
  "devops",
  "sec",
  "",
  'say "hi"',
  "a*b",
  "a\\b",
  "größe",
  "😀s",
  "s",
] as const;
const entities = ["subject", "resource", "context"] as const;

/** One that is there: lists here are never empty. */
function pick<T>(random: Random, list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error("There is nothing to pick from");
  return found;
}

function upTo(random: Random, max: number): number {
  return Math.floor(random() * (max + 1));
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

const word = (random: Random): string => pick(random, words);
const nonEmptyWord = (random: Random): string => word(random) || "ops";

/** A policy of up to seven rules. */
export function randomPolicy(random: Random): AbstractPolicy {
  return times(upTo(random, 7), () => randomRule(random));
}

function randomRule(random: Random): AbstractRule {
  return {
    effect: random() < 0.6 ? "allow" : "deny",
    actions: random() < 0.3 ? null : [...new Set(times(1 + upTo(random, 2), () => pick(random, actions)))],
    when: random() < 0.1 ? null : randomFormula(random, 3),
    unless: random() < 0.25 ? randomFormula(random, 2) : null,
  };
}

function randomFormula(random: Random, depth: number): Formula {
  const kind =
    depth === 0 ? "block" : pick(random, ["block", "block", "block", "all", "any", "not"] as const);
  if (kind === "block") return { kind, leaves: randomLeaves(random) };
  if (kind === "not") return { kind, part: randomFormula(random, depth - 1) };
  return { kind, parts: times(1 + upTo(random, 2), () => randomFormula(random, depth - 1)) };
}

function randomLeaves(random: Random): Leaf[] {
  const leaves = new Map<string, Leaf>();
  for (let count = upTo(random, 1); count >= 0; count -= 1) {
    const leaf = randomLeaf(random);
    leaves.set(`${leaf.entity}.${leaf.attribute}`, leaf);
  }
  return [...leaves.values()];
}

function randomLeaf(random: Random): Leaf {
  const entity = pick(random, entities);
  const [attribute, type] = pick(random, typesOf(entity));
  // Cedar has no words for "each item is one of these or of those".
  const count = type === "list" ? 1 : 1 + upTo(random, 1);
  return { entity, attribute, type, alternatives: times(count, () => randomOperators(random, type)) };
}

function typesOf(entity: EntityName): [string, AttributeType][] {
  return Object.entries(attributes[entity]);
}

function randomOperators(random: Random, type: AttributeType): Operator[] {
  const equals = (): Operator[] => [{ name: "equals", right: randomLiteral(random, type) }];
  if (type === "flag" || random() < 0.3) return equals();
  const names = shuffled(random, operatorsOf[type]).slice(0, 1 + upTo(random, 1));
  return names.map((name) => randomOperator(random, { name, type }));
}

const operatorsOf = {
  text: ["in", "prefix", "suffix", "contains"],
  number: ["in", "gt", "gte", "lt", "lte"],
  list: ["in", "contains"],
} as const;

function randomOperator(
  random: Random,
  { name, type }: { name: Exclude<Operator["name"], "equals">; type: AttributeType },
): Operator {
  switch (name) {
    case "in":
      return { name, right: times(1 + upTo(random, 3), () => randomLiteral(random, type)) };
    case "prefix":
    case "suffix":
    case "contains":
      return { name, right: nonEmptyWord(random) };
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return { name, right: upTo(random, 9) };
  }
}

function randomLiteral(random: Random, type: AttributeType): string | number | boolean {
  if (type === "number") return upTo(random, 9);
  return type === "flag" ? random() < 0.5 : word(random);
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ item }) => item);
}

/** A subject; requests of one batch share it. */
export function randomSubject(random: Random): AbstractRequest["subject"] {
  return { id: `user-${upTo(random, 99)}`, properties: randomValues(random, "subject") };
}

/** What a subject wants to do, to what, and when. */
export function randomRequest(random: Random, subject: AbstractRequest["subject"]): AbstractRequest {
  return {
    subject,
    action: pick(random, actions),
    resource: { id: `thing-${upTo(random, 99)}`, properties: randomValues(random, "resource") },
    context: randomValues(random, "context"),
  };
}

function randomValues(random: Random, entity: EntityName): Values {
  return Object.fromEntries(typesOf(entity).map(([name, type]) => [name, randomValue(random, type)]));
}

function randomValue(random: Random, type: AttributeType): Value {
  return type === "list"
    ? [...new Set(times(upTo(random, 3), () => word(random)))]
    : randomLiteral(random, type);
}
