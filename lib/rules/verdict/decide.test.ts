import { describe, expect, it } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { decide } from "@/lib/rules/verdict/decide";
import { buildRuleset } from "@/lib/rules/verdict/ruleset";
import { Rule } from "@/lib/rules/schema";
import { testCall, testRuleset, testService, type PlacedRule } from "@/lib/testing/rules/ruleset";

const allowAll = { name: "allow-all", effect: "allow" };
const allowGet = { name: "allow-get", effect: "allow", when: { method: "GET", route: "/v1/invoices/{id?}" } };
const denyAdmin = { name: "deny-admin", effect: "deny", when: { route: "/v1/admin/**" } };
const denyTest = { name: "deny-test-keys", effect: "deny", when: { credential: { environment: "test" } } };

interface Row {
  says: string;
  rules: PlacedRule[];
  call: Parameters<typeof testCall>[0];
  verdict: "allow" | "deny";
  by: string[];
  reason?: string;
}

const open = testService("open", { visibility: "public", defaultVerdict: "allow" });

/** Who may call what: one row each, as a product owner would say it. */
// prettier-ignore
const table: Row[] = [
  { says: "a locked-down service without rules denies", rules: [], call: {}, verdict: "deny", by: [], reason: "DEFAULT_DENY" },
  { says: "an open service without rules allows", rules: [], call: { service: open }, verdict: "allow", by: [], reason: "DEFAULT_ALLOW" },
  { says: "a matching allow allows", rules: [{ rule: allowGet }], call: {}, verdict: "allow", by: ["allow-get"], reason: "RULE" },
  { says: "an allow for GET does not allow POST", rules: [{ rule: allowGet }], call: { method: "POST" }, verdict: "deny", by: [] },
  { says: "a rule on GET covers HEAD", rules: [{ rule: allowGet }], call: { method: "HEAD" }, verdict: "allow", by: ["allow-get"] },
  { says: "a deny wins over an allow", rules: [{ rule: allowAll }, { rule: denyAdmin }], call: { path: "/v1/admin/users" }, verdict: "deny", by: ["deny-admin"] },
  { says: "a deny elsewhere leaves the allow standing", rules: [{ rule: allowAll }, { rule: denyAdmin }], call: {}, verdict: "allow", by: ["allow-all"] },
  { says: "a trailing slash does not slip past a deny", rules: [{ rule: allowAll }, { rule: denyAdmin }], call: { path: "/v1/admin/" }, verdict: "deny", by: ["deny-admin"] },
  { says: "every matching deny is named", rules: [{ rule: denyTest }, { rule: denyAdmin }], call: { path: "/v1/admin", credential: { environment: "test" } }, verdict: "deny", by: ["deny-admin", "deny-test-keys"] },
  { says: "every matching allow is named", rules: [{ rule: allowGet }, { rule: allowAll }], call: {}, verdict: "allow", by: ["allow-all", "allow-get"] },
  { says: "no credential on a private service is refused before any rule", rules: [{ rule: allowAll }], call: { credential: null }, verdict: "deny", by: [], reason: "NO_CREDENTIAL" },
  { says: "no credential on a public service is judged by the rules", rules: [{ rule: denyAdmin }], call: { service: open, credential: null, path: "/v1/admin" }, verdict: "deny", by: ["deny-admin"] },
  { says: "a rule attached to another service has no say", rules: [{ rule: allowAll, attachments: [{ serviceId: "svc_other" }] }], call: {}, verdict: "deny", by: [] },
  { says: "a rule attached to this service has", rules: [{ rule: allowAll, attachments: [{ serviceId: "svc_invoices" }] }], call: {}, verdict: "allow", by: ["allow-all"] },
  { says: "a rule attached to another key has no say", rules: [{ rule: allowAll, attachments: [{ keyId: "key_bob" }] }], call: {}, verdict: "deny", by: [] },
  { says: "a rule attached to this key has", rules: [{ rule: allowAll, attachments: [{ keyId: "key_ada" }] }], call: {}, verdict: "allow", by: ["allow-all"] },
  { says: "a matrix cell lets its key into its service", rules: [{ rule: allowAll, attachments: [{ keyId: "key_ada", serviceId: "svc_invoices" }] }], call: {}, verdict: "allow", by: ["allow-all"] },
  { says: "a matrix cell does not let its key into another service", rules: [{ rule: allowAll, attachments: [{ keyId: "key_ada", serviceId: "svc_other" }] }], call: {}, verdict: "deny", by: [] },
  { says: "a rule attached twice is named once", rules: [{ rule: allowAll, attachments: [{}, { serviceId: "svc_invoices" }, { keyId: "key_ada" }] }], call: {}, verdict: "allow", by: ["allow-all"] },
  { says: "a rule that is off has no say", rules: [{ rule: { ...allowAll, mode: "off" } }], call: {}, verdict: "deny", by: [] },
  { says: "a shadow rule has no say", rules: [{ rule: { ...allowAll, mode: "shadow" } }], call: {}, verdict: "deny", by: [] },
  { says: "a deny that cannot be evaluated denies", rules: [{ rule: allowAll }, { rule: { name: "over-limit", effect: "deny", when: { credential: { "metadata.limit": { gt: 5 } } } } }], call: { credential: { metadata: { limit: "ten" } } }, verdict: "deny", by: ["over-limit"] },
  { says: "an allow that cannot be evaluated does not match", rules: [{ rule: { name: "big", effect: "allow", when: { credential: { "metadata.limit": { gt: 5 } } } } }], call: { credential: { metadata: { limit: "ten" } } }, verdict: "deny", by: [] },
  { says: "an absent value is no error", rules: [{ rule: allowAll }, { rule: { name: "over-limit", effect: "deny", when: { credential: { "metadata.limit": { gt: 5 } } } } }], call: {}, verdict: "allow", by: ["allow-all"] },
  { says: "the exception takes a call out of a rule", rules: [{ rule: { ...allowAll, unless: { credential: { environment: "test" } } } }], call: { credential: { environment: "test" } }, verdict: "deny", by: [] },
  { says: "a call that is no exception stays in", rules: [{ rule: { ...allowAll, unless: { credential: { environment: "test" } } } }], call: { credential: { environment: "live" } }, verdict: "allow", by: ["allow-all"] },
  { says: "a rule's own reason code stands in the decision", rules: [{ rule: { ...denyTest, reason: { code: "LIVE_ONLY" } } }], call: { credential: { environment: "test" } }, verdict: "deny", by: ["deny-test-keys"], reason: "LIVE_ONLY" },
];

describe("the verdict", () => {
  it.each(table)("$says", ({ rules, call, verdict, by, reason }) => {
    const ruling = decide(testRuleset(rules), testCall(call));
    expect(ruling).toMatchObject({ verdict, rules: by, ...(reason === undefined ? {} : { reason }) });
  });

  it("names the template of the determining rule's route", () => {
    expect(decide(testRuleset([{ rule: allowGet }]), testCall({ path: "/v1/invoices/7" })).route).toBe(
      "/v1/invoices/{id?}",
    );
    expect(decide(testRuleset([{ rule: allowAll }]), testCall()).route).toBeNull();
  });

  it("tells a refused caller the rule's public reason, and an allowed one nothing", () => {
    const rules = [
      { rule: { ...denyTest, reason: { public: "Use a live key." } } },
      { rule: { ...allowAll, reason: { public: "Come in." } } },
    ];
    expect(decide(testRuleset(rules), testCall({ credential: { environment: "test" } })).publicReason).toBe(
      "Use a live key.",
    );
    expect(decide(testRuleset(rules), testCall()).publicReason).toBeUndefined();
  });

  it("states what shadow rules would have said beside the real verdict", () => {
    const rules = [{ rule: allowAll }, { rule: { ...denyAdmin, mode: "shadow" } }];
    expect(decide(testRuleset(rules), testCall({ path: "/v1/admin" }))).toMatchObject({
      verdict: "allow",
      rules: ["allow-all"],
      shadow: { verdict: "deny", rules: ["deny-admin"] },
    });
    expect(decide(testRuleset(rules), testCall()).shadow).toBeNull();
  });

  it("judges decoded segments, so an encoded slash is never a separator", () => {
    const ruleset = testRuleset([
      { rule: { name: "one", effect: "allow", when: { route: ["/files/{name}", { regex: "/exact/a/b" }] } } },
    ]);
    const ask = (segments: string[]) => decide(ruleset, { ...testCall(), segments }).verdict;
    expect(ask(["files", "a/b"])).toBe("allow");
    expect(ask(["files", "a", "b"])).toBe("deny");
    expect(ask(["exact", "a", "b"])).toBe("allow");
    expect(ask(["exact", "a/b"])).toBe("deny");
  });

  it("leaves a rule out from the moment it stops", () => {
    const { rule } = compileRule(
      "rule_1",
      Rule.parse({ ...allowAll, expiresAt: "2027-01-01T00:00:00Z" }),
      null,
    );
    const source = {
      workspace: { id: "w", slug: "w" },
      version: 1,
      services: [],
      rules: [{ rule, attachments: [{ serviceId: null, keyId: null }] }],
    };
    const stops = Date.parse("2027-01-01T00:00:00Z");
    const before = buildRuleset(source, stops - 1);
    expect(before.nextExpiryMs).toBe(stops);
    expect(decide(before, testCall()).verdict).toBe("allow");
    expect(decide(buildRuleset(source, stops), testCall()).verdict).toBe("deny");
  });

  it("never skips a rule that does not compile: its deny denies", () => {
    const broken = compileRule(
      "rule_1",
      {
        name: "broken",
        effect: "deny",
        mode: "enforce",
        when: { route: { regex: "(" } },
      },
      null,
    );
    expect(broken.errors).toHaveLength(1);
    const source = {
      workspace: { id: "w", slug: "w" },
      version: 1,
      services: [],
      rules: [{ rule: broken.rule, attachments: [{ serviceId: null, keyId: null }] }],
    };
    expect(decide(buildRuleset(source, 0), testCall({ service: open })).rules).toEqual(["broken"]);
  });
});
