import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRule } from "@/lib/rules/verdict/compile";
import { covers } from "@/lib/rules/findings/covers";
import { coversRoute } from "@/lib/rules/findings/covers-route";
import { no, yes } from "@/lib/rules/language/conditions/condition";
import { asAsked } from "@/lib/rules/language/question";
import { Rule } from "@/lib/rules/schema";
import { testCall } from "@/lib/testing/rules/ruleset";

describe("a route covers another", () => {
  it.each([
    ["/**", "/a/b/{c?}"],
    ["/**", { regex: "/a.*" }],
    ["/a/**", "/a"],
    ["/a/**", "/a/{b}/c"],
    ["/a/**", "/a/**/b"],
    ["/{x}/b", "/a/b"],
    ["/{x}/{y?}", "/a"],
    ["/a/{id?}", "/a/{other?}"],
    ["/**/b/**", "/a/b/c"],
    [{ regex: "/a" }, { regex: "/a" }],
  ])("%j covers %j", (wide, narrow) => expect(coversRoute(wide, narrow)).toBe(true));

  it.each([
    ["/a", "/a/{b?}"],
    ["/a/{x}", "/a/**"],
    ["/a/b", "/a/{b}"],
    ["/a/b", "/a/B"],
    ["/a/**/b", "/a/**"],
    ["/{x}", { regex: "/a" }],
    [{ regex: "/.*" }, "/a"],
  ])("%j does not cover %j", (wide, narrow) => expect(coversRoute(wide, narrow)).toBe(false));

  it("templates full of ** are compared in no time", () => {
    const many = (last: string) => `/${Array.from({ length: 15 }, () => "**/a").join("/")}/${last}`;
    const startedAt = performance.now();
    expect(coversRoute(many("b"), many("c"))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

describe("a deny covers another rule", () => {
  const narrow = {
    when: { method: "GET", route: "/v1/invoices/{id}", credential: { environment: "test", name: "ada" } },
    unless: { header: { "x-a": "1" } },
  };
  const rule = (text: object) => Rule.parse({ name: "r", effect: "deny", ...text });

  it.each([
    [{}],
    [{ when: { method: ["GET", "POST"] } }],
    [{ when: { route: "/v1/**", method: "GET" } }],
    [{ when: { credential: { environment: ["test", "live"] } } }],
    [{ when: { credential: { environment: { in: ["test", "x"] } } } }],
    [{ when: { any: [{ method: "PUT" }, { route: "/v1/**" }] } }],
    [{ when: { all: [{ method: "GET" }, { credential: { name: "ada" } }] } }],
    [{ when: { method: "GET" }, unless: narrow.unless }],
  ])("%j does", (wide) => expect(covers(rule(wide), rule(narrow))).toBe(true));

  it.each([
    [{ when: { method: "POST" } }],
    [{ when: { route: "/v1/invoices" } }],
    [{ when: { credential: { environment: "live" } } }],
    [{ when: { credential: { roles: "x" } } }],
    [{ when: { not: { method: "POST" } } }],
    [{ unless: { header: { "x-a": "2" } } }],
    [{ expr: "true" }],
  ])("%j does not, or cannot be proved to", (wide) => expect(covers(rule(wide), rule(narrow))).toBe(false));
});

const route = fc.constantFrom("/", "/a", "/a/{id?}", "/a/**", "/**/b", "/{x}/b", "/a/b", { regex: "/a.*" });
const matcher = fc.constantFrom<unknown>(
  "pro",
  ["pro", "free"],
  { in: ["pro"] },
  { prefix: "p" },
  { prefix: "p", suffix: "o" },
  { exists: false },
  { gt: 3 },
);
const leaf = fc.oneof(
  fc.record({ method: fc.constantFrom<unknown>("GET", "HEAD", ["GET", "POST"]) }),
  fc.record({ route }),
  fc.record({ header: fc.record({ plan: matcher }) }),
  fc.record({ credential: fc.record({ "metadata.plan": matcher }) }),
);
const both = fc.tuple(leaf, leaf).map(([one, other]) => ({ ...one, ...other }));
const nested = fc.oneof(
  leaf,
  both,
  fc.record({ any: fc.array(both, { minLength: 1, maxLength: 2 }) }),
  fc.record({ all: fc.array(leaf, { minLength: 1, maxLength: 2 }) }),
  fc.record({ not: leaf }),
);
const text = fc.record({ when: fc.oneof(leaf, both, nested), unless: leaf }, { requiredKeys: [] });
const plan = fc.constantFrom<unknown>(undefined, "pro", "free", 5, ["pro", "free"], ["pro", "x"], []);
const call = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST"),
  path: fc.constantFrom("/", "/a", "/a/b", "/a/x", "/x/b", "/a/x/b"),
  header: fc.constantFrom<string | string[] | undefined>(undefined, "pro", "free", ["pro", "x"]),
  plan,
});

it("for random rules and calls, whatever a covered rule matches its deny denies", () => {
  let proved = 0;
  fc.assert(
    fc.property(
      text,
      text,
      fc.constantFrom("allow", "deny"),
      fc.array(call, { minLength: 5 }),
      (...given) => {
        const [wideText, narrowText, effect, calls] = given;
        const wide = Rule.parse({ name: "wide", effect: "deny", ...wideText });
        const narrow = Rule.parse({ name: "narrow", effect, ...narrowText });
        if (!covers(wide, narrow)) return;
        proved++;
        const [deny, other] = [wide, narrow].map((one) => compileRule("rule_1", one, null).rule);
        for (const { method, path, header, plan: value } of calls) {
          const asked = asAsked({
            ...testCall({ method, path, credential: { metadata: { plan: value } } }),
            headers: header === undefined ? {} : { plan: header },
          });
          const truth = other?.condition.test(asked);
          if (effect === "allow" ? truth === yes : truth !== no)
            expect(deny?.condition.test(asked)).not.toBe(no);
        }
      },
    ),
    { numRuns: 20_000 },
  );
  expect(proved).toBeGreaterThan(500);
});
