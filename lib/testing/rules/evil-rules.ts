import { checkRule } from "@/lib/rules/writing/check";
import { asAsked, type Question } from "@/lib/rules/language/question";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { parseRuleText } from "@/lib/rules/writing/rule-text";
import { testCall } from "@/lib/testing/rules/ruleset";

/** A rule or a call made to be slow, and what comes of it: a refusal's place, or the truth of the condition. */
export interface EvilCase {
  says: string;
  /** As an object, or as JSON text where no program could write it. */
  rule: object | string;
  /** What a rule that is taken is asked; left out, it is expected to be refused. */
  call?: Partial<Question>;
  /** `refused`, with the path of the first error, or the truth: 0 no, 1 yes, 2 error. */
  expected: string | number;
}

const base = { name: "evil", effect: "deny" };
const repeated = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
const nestedNot = (levels: number) =>
  `{"name":"evil","effect":"deny","when":${'{"not":'.repeat(levels)}{"method":"GET"}${"}".repeat(levels)}}`;
const nestedList = (levels: number): unknown => (levels === 0 ? 1 : [nestedList(levels - 1)]);
const body = (value: unknown): Partial<Question> => ({ body: { kind: "json", value } });
const metadata = (plan: unknown): Partial<Question> => ({ credential: { metadata: { plan } } });
const plan = (matcher: unknown) => ({ ...base, when: { credential: { "metadata.plan": matcher } } });
const schema = (written: object) => ({ ...base, when: { body: { schema: written } } });

export const evilCases: EvilCase[] = [
  {
    says: "2,000 parentheses in an expression",
    rule: { ...base, expr: `${"(".repeat(1_990)}true${")".repeat(1_990)}` },
    expected: "refused expr",
  },
  {
    says: "4,000 negations in an expression, which come to none",
    rule: { ...base, expr: `${"!".repeat(3_990)}true` },
    call: {},
    expected: 1,
  },
  {
    says: "lists in lists in an expression",
    rule: { ...base, expr: `${"[".repeat(1_000)}1${"]".repeat(1_000)} == []` },
    expected: "refused expr",
  },
  {
    says: "2,000 parentheses in a pattern",
    rule: plan({ regex: `${"(".repeat(2_000)}a${")".repeat(2_000)}` }),
    expected: "refused when.credential.metadata.plan.regex",
  },
  {
    says: "200 parentheses in a pattern, which it may have",
    rule: plan({ regex: `${"(".repeat(200)}a${")".repeat(200)}` }),
    call: metadata("a"),
    expected: 1,
  },
  {
    says: "a pattern that repeats repetitions",
    rule: plan({ regex: "(((a{30}){30}){30}){30}" }),
    expected: "refused when.credential.metadata.plan.regex",
  },
  {
    says: "a pattern that backtracks elsewhere",
    rule: plan({ regex: "(a|aa|a?)+(a+)+$" }),
    call: metadata(`${"a".repeat(16_000)}!`),
    expected: 0,
  },
  {
    says: "a pattern whose states explode, on the longest text",
    rule: plan({ regex: "[ab]*a[ab]{200}c" }),
    call: metadata("ab".repeat(8_000)),
    expected: 0,
  },
  {
    says: "a pattern on ten times the longest text",
    rule: plan({ regex: "[ab]*a[ab]{200}c" }),
    call: metadata("ab".repeat(80_000)),
    expected: 2,
  },
  {
    says: "a pattern on many texts that are long together",
    rule: { ...base, when: { body: { list: { regex: "[ab]*a[ab]{200}c" } } } },
    call: body({ list: repeated(5_000, () => "ab".repeat(50)) }),
    expected: 2,
  },
  {
    says: "the same, each behind an item of a list",
    rule: { ...base, when: { body: { "list.name": { regex: "[ab]*a[ab]{200}c" } } } },
    call: body({ list: repeated(5_000, () => ({ name: "ab".repeat(50) })) }),
    expected: 2,
  },
  {
    says: "a glob of nothing but stars",
    rule: plan({ glob: `${"a*".repeat(249)}b` }),
    call: metadata("a".repeat(16_000)),
    expected: 0,
  },
  {
    says: "five thousand alternatives",
    rule: plan(repeated(5_000, String)),
    expected: "refused when.credential.metadata.plan",
  },
  {
    says: "five hundred patterns",
    rule: plan(repeated(500, (i) => ({ regex: `a${i}.*b` }))),
    expected: "refused when",
  },
  {
    says: "five hundred values against ten thousand",
    rule: { ...base, when: { body: { list: { in: repeated(500, (i) => i) } } } },
    call: body({ list: repeated(10_000, () => 1_000) }),
    expected: 0,
  },
  {
    says: "more values than are judged",
    rule: { ...base, when: { body: { list: 5 } } },
    call: body({ list: repeated(500_000, () => 1) }),
    expected: 2,
  },
  {
    says: "lists in lists in a body",
    rule: { ...base, when: { body: { "list.a": 5 } } },
    call: body({ list: nestedList(60) }),
    expected: 0,
  },
  { says: "a hundred thousand conditions in one another", rule: nestedNot(100_000), expected: "refused " },
  {
    says: "conditions by the thousand",
    rule: {
      ...base,
      when: { any: repeated(50, () => ({ any: repeated(30, () => ({ method: "PUT" })) })) },
    },
    expected: "refused when",
  },
  {
    says: "a test whose body is lists in lists",
    rule: `{"name":"evil","effect":"deny","tests":[{"name":"t","request":{"method":"GET","path":"/","body":${"[".repeat(100_000)}${"]".repeat(100_000)}},"expect":"deny"}]}`,
    expected: "refused ",
  },
  {
    says: "five thousand unknown keys",
    rule: { ...base, when: Object.fromEntries(repeated(5_000, (i) => [`k${i}`, 1])) },
    expected: "refused when.k0",
  },
  {
    says: "a schema whose references double",
    rule: schema({
      $defs: Object.fromEntries(
        repeated(90, (i) => [
          `d${i}`,
          { anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
        ]).concat([["d90", { anyOf: [] }]]),
      ),
      $ref: "#/$defs/d0",
    }),
    expected: "refused when.body.schema",
  },
  {
    says: "a schema that compares every item with every other",
    rule: schema({ type: "array", maxItems: 1_000, uniqueItems: true }),
    call: body(repeated(1_000, (i) => ({ a: repeated(4, () => 1), i }))),
    expected: 1,
  },
  {
    says: "the same on two hundred thousand items",
    rule: schema({ type: "array", maxItems: 1_000, uniqueItems: true }),
    call: body(repeated(200_000, (i) => ({ i }))),
    expected: 2,
  },
  {
    says: "a schema whose patterns explode",
    rule: schema({ type: "array", items: { not: { type: "string", pattern: "[ab]*a[ab]{200}c" } } }),
    call: body(repeated(2_000, () => "ab".repeat(200))),
    expected: 2,
  },
];

/** What comes of a case. */
export function outcomeOf({ rule, call = {} }: EvilCase): string | number {
  const checked = checkRule(
    parseRuleText(typeof rule === "string" ? rule : JSON.stringify(rule)),
    serverEngines,
  );
  if (!checked.ok) return `refused ${checked.errors[0]?.path ?? ""}`;
  return checked.compiled.condition.test(asAsked(testCall(call)));
}
