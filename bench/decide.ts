import { compileRule } from "@/lib/rules/verdict/compile";
import { decide } from "@/lib/rules/verdict/decide";
import type { Question } from "@/lib/rules/language/question";
import { buildRuleset, type CompiledRuleset } from "@/lib/rules/verdict/ruleset";
import { Rule } from "@/lib/rules/schema";
import { testService } from "@/lib/testing/rules/ruleset";
import { spreadOf, type Result, type Row } from "@/bench/measure";
import { cedarPeer } from "@/bench/peers/cedar";

const layouts = ["spread over 100 services", "all on one service"] as const;
type Layout = (typeof layouts)[number];
const counts = [10, 1_000, 10_000];
const rounds = 60;
const callsPerRound = 20_000;

interface Case {
  layout: Layout;
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

function makeCase(layout: Layout, rules: number): Case {
  const services = Array.from({ length: 100 }, (_, index) => testService(`service-${index}`));
  const serviceOf = (index: number) =>
    services[layout === "all on one service" ? 0 : index % services.length] ?? testService("none");
  const placed = Array.from({ length: rules }, (_, index) => ({
    rule: compileRule(`rule_${index}`, ruleAt(index), null).rule,
    attachments: [{ serviceId: serviceOf(index).id, keyId: null }],
  }));
  const ruleset = buildRuleset(
    { workspace: { id: "wsp_bench", slug: "bench" }, version: 1, services, rules: placed },
    0,
  );
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
    return {
      credential,
      service: serviceOf(index),
      method: "GET",
      path: `/${segments.join("/")}`,
      segments,
      address: null,
    };
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

/**
 * Measures `decide()` with 10, 1,000 and 10,000 rules in both layouts. Rounds are interleaved and ratios taken round by
 * round, so that a busy moment of the machine meets all alike.
 */
export function benchDecide(): Result {
  const cases = layouts.flatMap((layout) => counts.map((rules) => makeCase(layout, rules)));
  const peers = [cedarPeer(10), cedarPeer(1_000)];
  for (let round = -3; round < rounds; round++) {
    if (round === 0) for (const each of [...cases, ...peers]) each.samplesUs.length = 0;
    // Cedar's thousand cost a hundred times as much, so it has its turn now and then.
    if (round % 10 === 0) for (const peer of peers) peer.runRound();
    for (const each of cases) runRound(each);
  }
  return {
    title: "decide()",
    note: "One verdict, no I/O: method, a route of three segments and a condition on the key in each rule, one in ten a deny. Calls go round all rules.",
    rows: [
      ...cases.flatMap((each) => rowsOf(each, cases)),
      ...peers.map((peer) => ({
        what: `cedar-wasm in the same process, ${peer.rules.toLocaleString("en")} rules`,
        unit: "µs",
        spread: spreadOf(peer.samplesUs),
      })),
    ],
  };
}

function rowsOf({ layout, rules, samplesUs }: Case, cases: readonly Case[]): Row[] {
  const what = `${rules.toLocaleString("en")} rules ${layout}`;
  if (rules === 10) return [{ what, unit: "µs", spread: spreadOf(samplesUs), bar: { atMost: 2 } }];
  const ten = cases.find((other) => other.layout === layout && other.rules === 10)?.samplesUs ?? [];
  const ratios = samplesUs.map((sample, round) => sample / (ten[round] ?? NaN));
  return [
    { what, unit: "µs", spread: spreadOf(samplesUs) },
    { what: `${what} ÷ 10 rules`, unit: "×", spread: spreadOf(ratios), bar: { atMost: 2 } },
  ];
}
