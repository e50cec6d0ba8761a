import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalScope, eventOf, isPlatformScope, platformScopes } from "@/lib/scopes/catalogue";
import { firstBeyond, holds, withinCeiling } from "@/lib/scopes/grant";
import { GrantedScope, OwnScopeName } from "@/lib/scopes/schema";

test.each([
  [["read:invoices"], "read:invoices", true],
  [["read:*"], "read:invoices", true],
  [["*:invoices"], "read:invoices", true],
  [["*:*"], "read:invoices", true],
  [["write:*"], "read:invoices", false],
  [["read:*"], "read:*", true],
  [["read:invoices"], "read:*", false],
  [["read:*"], "read:events", false],
  [["*:events"], "read:events", false],
  [["*:*"], "read:events", false],
  [["read:events"], "read:events", true],
  [["platform:*"], "read:events", true],
  [["platform:*"], "read:invoices", false],
])("a grant of %j holds %s: %s", (held, needed, expected) => {
  expect(holds(held, needed)).toBe(expected);
});

test("every platform scope permits the event of its own name, and is read in both spellings", () => {
  expect(eventOf("set:datastore")).toBe("datastore.set");
  for (const name of Object.keys(platformScopes)) {
    const [verb, resource] = name.split(":");
    expect(GrantedScope.parse(`${resource}::${verb}`)).toBe(name);
    expect(canonicalScope(name)).toBe(name);
  }
});

test("no workspace defines a platform name in either spelling, nor a wildcard", () => {
  for (const name of Object.keys(platformScopes)) {
    const [verb, resource] = name.split(":");
    expect(OwnScopeName.safeParse(name).success).toBe(false);
    expect(OwnScopeName.safeParse(`${resource}::${verb}`).success).toBe(false);
  }
  for (const name of ["platform:*", "platform:x", "x:platform", "platform::x", "read:*", "*:*", "*:x"])
    expect(OwnScopeName.safeParse(name).success).toBe(false);
  expect(OwnScopeName.parse("invoices::read")).toBe("read:invoices");
});

const half = fc.constantFrom("read", "write", "admin");
const resource = fc.constantFrom("invoices", "users", "keys", "events");
const concrete = fc.tuple(half, resource).map((parts) => parts.join(":"));
const wild = fc
  .tuple(fc.oneof(half, fc.constant("*")), fc.oneof(resource, fc.constant("*")))
  .map((parts) => parts.join(":"));
const grant = fc.array(fc.oneof(wild, concrete, fc.constantFrom("platform:*", "read:keys", "verify:keys")), {
  maxLength: 6,
});

test("what is left under a ceiling is exactly what grant and ceiling both hold", () => {
  fc.assert(
    fc.property(
      grant,
      grant,
      fc.oneof(concrete, fc.constantFrom("verify:keys", "update:keys")),
      (held, ceiling, scope) => {
        expect(holds(withinCeiling(held, ceiling), scope)).toBe(holds(held, scope) && holds(ceiling, scope));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("two wildcards that meet in a platform name leave nothing of it", () => {
  expect(withinCeiling(["read:*"], ["*:keys"])).toEqual([]);
  expect(withinCeiling(["read:*"], ["*:invoices"])).toEqual(["read:invoices"]);
  expect(withinCeiling(["read:events", "read:*"], ["*:*"])).toEqual(["read:*"]);
  expect(withinCeiling(["platform:*"], ["read:keys", "*:*"])).toEqual(["read:keys"]);
});

test("nothing beyond a grant is held by what it covers", () => {
  fc.assert(
    fc.property(grant, grant, concrete, (held, wanted, scope) => {
      fc.pre(firstBeyond(held, wanted) === null && holds(wanted, scope));
      expect(holds(held, scope)).toBe(true);
    }),
  );
  expect(firstBeyond(["read:*"], ["read:invoices", "read:events"])).toBe("read:events");
  expect(isPlatformScope("read:platform")).toBe(true);
});
