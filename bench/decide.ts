import { compileRule } from "@/lib/rules/compile";
import { decide } from "@/lib/rules/decide";
import type { Question } from "@/lib/rules/language/question";
import { buildRuleset, type CompiledRuleset } from "@/lib/rules/ruleset";
import { Rule } from "@/lib/rules/schema";
import { testService } from "@/lib/testing/ruleset";

/** One measured case. Times are microseconds for one `decide()`. */
export interface DecideRow {
  layout: "spread over 100 services" | "all on one service";
  rules: number;
  minUs: number;
  medianUs: number;
  maxUs: number;
  /** Median against the median with 10 rules of the same layout. */
  timesTen: number;
}

const layouts = ["spread over 100 services", "all on one service"] as const;
const counts = [10, 1_000, 10_000];
const rounds = 60;
const callsPerRound = 20_000;

interface Case {
  layout: DecideRow["layout"];
  rules: number;
  ruleset: CompiledRuleset;
  questions: Question[];
  samplesUs: number[];
}

/** Rules as people write them: a method, a route of three segments, a condition on the key; one in ten denies. */
function ruleAt(index: number): Rule {
  const deny = index % 10 === 9;
  return Rule.parse({
    name: `rule-${index}`,
    effect: deny ? "deny" : "allow",
    when: {
      method: index % 2 === 0 ? ["GET", "POST"] : "GET",
      route: `/v1/resource-${index}/{id?}`,
      credential: deny ? { environment: "test" } : { scopes: { contains: "read:invoices" } },
    },
  });
}

function makeCase(layout: DecideRow["layout"], rules: number): Case {
  const services = Array.from({ length: 100 }, (_, index) => testService(`service-${index}`));
  const serviceOf = (index: number) => services[layout === "all on one service" ? 0 : index % services.length] ?? testService("none");
  const placed = Array.from({ length: rules }, (_, index) => ({
    rule: compileRule(`rule_${index}`, ruleAt(index)).rule,
    attachments: [{ serviceId: serviceOf(index).id, keyId: null }],
  }));
  const ruleset = buildRuleset({ workspace: { id: "wsp_bench", slug: "bench" }, version: 1, services, rules: placed }, 0);
  const credential = {
    keyId: "key_bench",
    name: "bench",
    environment: "live",
    scopes: ["read:invoices", "write:invoices"],
    roles: [],
    labels: [],
    metadata: { plan: "pro" },
  };
  const questions = Array.from({ length: 256 }, (_, turn): Question => {
    const index = Math.floor((turn / 256) * rules);
    const segments = ["v1", `resource-${index}`, `id-${turn}`];
    return { credential, service: serviceOf(index), method: "GET", path: `/${segments.join("/")}`, segments, address: null };
  });
  return { layout, rules, ruleset, questions, samplesUs: [] };
}

function runRound({ ruleset, questions, samplesUs }: Case): void {
  let allowed = 0;
  const start = performance.now();
  for (let call = 0; call < callsPerRound; call++) {
    const question = questions[call & 255];
    if (question !== undefined && decide(ruleset, question).verdict === "allow") allowed++;
  }
  samplesUs.push(((performance.now() - start) * 1_000) / callsPerRound);
  if (allowed === 0) throw new Error("the benchmark's calls were all denied, so it measured nothing");
}

/** Measures `decide()` with 10, 1,000 and 10,000 rules in both layouts, interleaved so that a busy moment meets all alike. */
export function benchDecide(): DecideRow[] {
  const cases = layouts.flatMap((layout) => counts.map((rules) => makeCase(layout, rules)));
  for (const each of cases) runRound(each);
  for (const each of cases) each.samplesUs.length = 0;
  for (let round = 0; round < rounds; round++) for (const each of cases) runRound(each);
  return cases.map((each) => rowOf(each, cases));
}

function rowOf({ layout, rules, samplesUs }: Case, cases: readonly Case[]): DecideRow {
  const ten = cases.find((other) => other.layout === layout && other.rules === 10);
  return {
    layout,
    rules,
    minUs: Math.min(...samplesUs),
    medianUs: median(samplesUs),
    maxUs: Math.max(...samplesUs),
    timesTen: median(samplesUs) / median(ten?.samplesUs ?? samplesUs),
  };
}

function median(samples: readonly number[]): number {
  return [...samples].sort((one, other) => one - other)[Math.floor(samples.length / 2)] ?? NaN;
}

if (import.meta.url === `file://${process.argv[1] ?? ""}`) console.table(benchDecide());
