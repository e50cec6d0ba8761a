import { afterAll, beforeAll, expect, test } from "vitest";
import { askCedar, asCedar, teachCedar } from "@/lib/testing/oracles/cedar";
import { asCerbos, askCerbos, startCerbos, type Cerbos } from "@/lib/testing/oracles/cerbos";
import { asRules } from "@/lib/testing/oracles/as-rules";
import { askOurs, ourRuleset } from "@/lib/testing/oracles/ours";
import type { AbstractPolicy, AbstractRequest } from "@/lib/testing/oracles/policy";
import { randomFrom, randomPolicy, randomRequest, randomSubject } from "@/lib/testing/oracles/random";

/** ORACLE_SEED repeats a run that failed; ORACLE_POLICIES asks for another number of policies. */
const seed = Number(process.env.ORACLE_SEED ?? Date.now() % 1_000_000_000);
const policyCount = Number(process.env.ORACLE_POLICIES ?? 1_000);
const requestsPerPolicy = 20;
/** Policies whose requests come from the same subjects, so that one question to Cerbos holds as many. */
const batchSize = 50;

const random = randomFrom(seed);
const policies = Array.from({ length: policyCount }, () => randomPolicy(random));
let cerbos: Cerbos | undefined;

beforeAll(async () => {
  const documents = policies.map((policy, index) => [`p${index}`, asCerbos(`p${index}`, policy)]);
  cerbos = await startCerbos(Object.fromEntries(documents));
}, 150_000);
afterAll(() => cerbos?.stop());

/** One request that the engines do not agree on, with all that is needed to see why. */
function difference(
  policy: AbstractPolicy,
  request: AbstractRequest,
  verdicts: Record<string, boolean>,
): string {
  return JSON.stringify(
    {
      seed,
      verdicts,
      request,
      rules: asRules(policy),
      cedar: asCedar(policy),
      cerbos: asCerbos("p", policy),
    },
    null,
    1,
  );
}

test(`random policies and requests get the same verdicts from us, Cedar and Cerbos (seed ${seed})`, async () => {
  if (cerbos === undefined) throw new Error("Cerbos is not there");
  let pairs = 0;
  let allowed = 0;
  for (let first = 0; first < policies.length; first += batchSize) {
    const batch = policies.slice(first, first + batchSize);
    const rulesets = batch.map(ourRuleset);
    for (const [index, policy] of batch.entries()) teachCedar(`p${index}`, policy);
    for (let round = 0; round < requestsPerPolicy; round += 1) {
      const subject = randomSubject(random);
      const asked = batch.map((_, index) => ({
        kind: `p${first + index}`,
        request: randomRequest(random, subject),
      }));
      const cerbosSays = await askCerbos(cerbos, subject, asked);
      for (const [index, policy] of batch.entries()) {
        const [one, ruleset] = [asked[index], rulesets[index]];
        if (one === undefined || ruleset === undefined) throw new Error("A policy was not asked");
        const verdicts = {
          ours: askOurs(ruleset, one.request),
          cedar: askCedar(`p${index}`, one.request),
          cerbos: cerbosSays[index] ?? false,
        };
        if (verdicts.ours !== verdicts.cedar || verdicts.ours !== verdicts.cerbos)
          expect.fail(difference(policy, one.request, verdicts));
        pairs += 1;
        if (verdicts.ours) allowed += 1;
      }
    }
  }
  process.stdout.write(`${pairs} pairs, ${allowed} allowed, no difference (seed ${seed})\n`);
  expect(pairs).toBe(policyCount * requestsPerPolicy);
  // A generator that only ever denies would compare nothing.
  expect(allowed / pairs).toBeGreaterThan(0.1);
  expect(allowed / pairs).toBeLessThan(0.9);
}, 300_000);
