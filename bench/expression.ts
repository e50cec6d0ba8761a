import { compileRule } from "@/lib/rules/verdict/compile";
import { asAsked, type Asked } from "@/lib/rules/language/question";
import { Rule } from "@/lib/rules/schema";
import { serverEngines } from "@/lib/rules/verdict/server-engines";
import { testService } from "@/lib/testing/rules/ruleset";
import { spreadOf, type Result, type Row } from "@/bench/measure";

const rounds = 60;
const callsPerRound = 2_000;

/** Expressions as people write them, and one that the step limit ends. */
const small = [
  "request.method == 'POST' && request.body.amount <= 2000",
  "credential.metadata.plan in ['pro', 'enterprise'] && request.headers['x-tenant'] == credential.customer",
  "request.path.matches('^/v1/payments/[0-9]+$')",
  "request.body.items.all(i, i.qty < 10)",
];
const endless = "request.body.numbers.all(i, request.body.numbers.all(j, i >= 0.0))";

interface Case {
  source: string;
  test: () => unknown;
  calls: number;
  samplesUs: number[];
}

function caseOf(source: string, { asked, calls }: { asked: Asked; calls: number }): Case {
  const rule = Rule.parse({ name: "expression", effect: "allow", expr: source });
  const { rule: compiled, errors } = compileRule("rule_bench", rule, serverEngines);
  if (errors.length > 0) throw new Error(`${source} does not compile`);
  return { source, test: () => compiled.condition.test(asked), calls, samplesUs: [] };
}

function questionOf(body: unknown): Asked {
  return asAsked({
    credential: { keyId: "key_bench", customer: { externalId: "acme" }, metadata: { plan: "pro" } },
    service: testService("payments"),
    method: "POST",
    path: "/v1/payments/7",
    segments: ["v1", "payments", "7"],
    address: "10.0.0.1",
    headers: { "x-tenant": "acme" },
    body: { kind: "json", value: body },
  });
}

function runRound({ test, calls, samplesUs }: Case): void {
  const start = performance.now();
  for (let call = 0; call < calls; call++) test();
  samplesUs.push(((performance.now() - start) * 1_000) / calls);
}

/** Measures CEL expressions of rules, and how long one lasts that the step limit ends. */
export function benchExpression(): Result {
  const asked = questionOf({ amount: 10, items: [{ qty: 3 }, { qty: 4 }, { qty: 5 }] });
  const large = questionOf({ numbers: Array.from({ length: 5_000 }, (_, index) => index) });
  const cases = small.map((source) => caseOf(source, { asked, calls: callsPerRound }));
  const ended = caseOf(endless, { asked: large, calls: 1 });
  for (let round = -3; round < rounds; round++) {
    if (round === 0) for (const each of [...cases, ended]) each.samplesUs.length = 0;
    for (const each of [...cases, ended]) runRound(each);
  }
  const rows = cases.map(({ source, samplesUs }): Row => ({
    what: `\`${source}\``,
    unit: "µs",
    spread: spreadOf(samplesUs),
    bar: { atMost: 10 },
  }));
  const milliseconds = ended.samplesUs.map((sample) => sample / 1_000);
  return {
    title: "CEL expressions",
    note: "One evaluation in a compiled rule, over a request with a small JSON body; the last is a loop in a loop over 5,000 items, which the step limit ends.",
    rows: [
      ...rows,
      { what: "ended by the step limit", unit: "ms", spread: spreadOf(milliseconds), bar: { atMost: 5 } },
    ],
  };
}
