import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { decide } from "@/lib/rules/verdict/decide";
import {
  buildRuleset,
  changeRuleset,
  emptyRuleset,
  withoutStopped,
  type AttachedRules,
  type CompiledRuleset,
  type PlacedRule,
} from "@/lib/rules/verdict/ruleset";
import { Rule } from "@/lib/rules/schema";
import { testCall, testService } from "@/lib/testing/rules/ruleset";

const workspace = { id: "wsp_test", slug: "acme" };
const slugs = ["invoices", "other", "third"];
const places = [
  { serviceId: null, keyId: null },
  { serviceId: "svc_invoices", keyId: null },
  { serviceId: "svc_other", keyId: null },
  { serviceId: null, keyId: "key_ada" },
  { serviceId: "svc_invoices", keyId: "key_ada" },
];
const routes = ["/a", "/A", "/a/{id?}", "/a/**", "/**/b", "/a/b", { regex: "/a/.*" }];

const write = fc.record({
  id: fc.constantFrom("rule_1", "rule_2", "rule_3", "rule_4", "rule_5"),
  rule: fc.option(
    fc.record({
      effect: fc.constantFrom("allow", "deny"),
      mode: fc.constantFrom("enforce", "enforce", "shadow", "off"),
      expiresAtMs: fc.constantFrom(null, null, 5, 10, 15),
      method: fc.constantFrom(undefined, "GET", ["POST", "GET"]),
      route: fc.option(fc.constantFrom(...routes), { nil: undefined }),
      attachments: fc.uniqueArray(fc.constantFrom(...places), { maxLength: 3 }),
    }),
    { freq: 4 },
  ),
  service: fc.option(
    fc.record({ slug: fc.constantFrom(...slugs), methods: fc.subarray(["GET", "POST"] as const) }),
    { freq: 1 },
  ),
  goneService: fc.option(fc.constantFrom(...slugs), { freq: 1 }),
});
type Write = typeof write extends fc.Arbitrary<infer W> ? W : never;

/** What a write changes, and what stands after it. */
function changeOf({ id, rule, service, goneService }: Write) {
  const compiled =
    rule === null
      ? null
      : compileRule(
          id,
          Rule.parse({
            name: id,
            effect: rule.effect,
            mode: rule.mode,
            when: { method: rule.method, route: rule.route },
            ...(rule.expiresAtMs === null ? {} : { expiresAt: new Date(rule.expiresAtMs).toISOString() }),
          }),
          null,
        ).rule;
  const placed: PlacedRule[] =
    rule === null || compiled === null ? [] : [{ rule: compiled, attachments: rule.attachments }];
  return {
    ruleIds: [id],
    rules: placed,
    serviceIds: goneService === null ? [] : [`svc_${goneService}`],
    services: service === null ? [] : [testService(service.slug, { methods: service.methods })],
  };
}

/** All that is in a ruleset, in an order of its own: two that hold the same print the same. */
function print(ruleset: CompiledRuleset): unknown {
  const { placed, services, gates, version, nextExpiryMs } = ruleset;
  const everyPlace = [
    ruleset.everywhere,
    ...ruleset.byService.values(),
    ...ruleset.byCredential.values(),
    ...[...ruleset.byPair.values()].flatMap((ofKey) => [...ofKey.values()]),
  ];
  return {
    version,
    nextExpiryMs,
    placed: [...placed.keys()].sort(),
    services: [...services.keys()].sort(),
    gates: [...gates.keys()].sort(),
    pairs: [...ruleset.byPair].map(([key, of]) => [key, of.size]),
    places: everyPlace.map(printPlace).sort(),
  };
}

function printPlace({ attachment, rules, readsBody, index }: AttachedRules): string {
  return JSON.stringify([attachment, readsBody, rules.map(({ id }) => id).sort(), printNode(index)]);
}

type Node = AttachedRules["index"];

function printNode(node: Node | null): unknown {
  if (node === null) return null;
  const entries = (newest: Node["end"]) => {
    const listed: string[] = [];
    for (let each = newest; each !== null; each = each.others)
      listed.push(`${each.item.id} ${each.methods} ${each.template}`);
    return listed.length === 0 ? null : listed.sort();
  };
  const literal = [
    ...(node.literals ?? []),
    ...(node.text === null ? [] : [[node.text, node.next] as const]),
  ];
  literal.sort(([one], [other]) => (one < other ? -1 : 1));
  const folded = [...(node.folded ?? [])].map(([text, of]) => [text, [...of].sort()]);
  return [
    literal.map(([text, next]) => [text, printNode(next)]),
    folded.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    printNode(node.one),
    entries(node.oneEnd),
    entries(node.end),
    entries(node.rest),
  ];
}

const calls = ["/a", "/A", "/a/b", "/a/x", "/x/b", "/"].flatMap((path) =>
  ["GET", "POST"].flatMap((method) =>
    [true, false].map((caseSensitive) => {
      const service = testService("invoices");
      return testCall({
        path,
        method,
        service: { ...service, paths: { ...service.paths, caseSensitive } },
      });
    }),
  ),
);

describe("for random sequences of writes", () => {
  it("a ruleset changed step by step is the one made anew, and those before it stay as they were", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(write, fc.nat(3)), { minLength: 1, maxLength: 12 }), (writes) => {
        let ruleset = emptyRuleset(workspace);
        let nowMs = 0;
        const rules = new Map<string, PlacedRule>();
        const services = new Map<string, ReturnType<typeof testService>>();
        const earlier: { ruleset: CompiledRuleset; printed: string }[] = [];
        for (const [index, [one, passedMs]] of writes.entries()) {
          nowMs += passedMs;
          const change = changeOf(one);
          for (const id of change.ruleIds) rules.delete(id);
          for (const placed of change.rules) rules.set(placed.rule.id, placed);
          for (const id of change.serviceIds) services.delete(id);
          for (const service of change.services) services.set(service.id, service);
          earlier.push({ ruleset, printed: JSON.stringify(print(ruleset)) });
          if (nowMs >= ruleset.nextExpiryMs && index % 2 === 0) ruleset = withoutStopped(ruleset, nowMs);
          ruleset = changeRuleset(ruleset, { workspace, version: index + 1, ...change }, nowMs);
          const source = {
            workspace,
            version: index + 1,
            services: [...services.values()],
            rules: [...rules.values()],
          };
          const anew = buildRuleset(source, nowMs);
          expect(print(ruleset)).toEqual(print(anew));
          for (const call of calls) expect(decide(ruleset, call)).toEqual(decide(anew, call));
        }
        for (const { ruleset: before, printed } of earlier)
          expect(JSON.stringify(print(before))).toBe(printed);
      }),
      { numRuns: 300 },
    );
  });
});
