import type { Rule } from "@/lib/rules/schema";

/** A rule to begin with. */
export interface Template {
  id: string;
  title: string;
  text: string;
  rule: Rule;
}

const noTestKeys: Rule = {
  name: "test-keys-never-write",
  description: "Test keys may look, never change",
  effect: "deny",
  mode: "enforce",
  when: { method: ["POST", "PUT", "PATCH", "DELETE"], credential: { environment: "test" } },
  reason: { code: "TEST_KEY", public: "Test keys may read only." },
  tests: [
    {
      name: "a test key writes",
      request: { method: "POST", path: "/v1/payments" },
      credential: { environment: "test" },
      expect: "deny",
    },
    {
      name: "a live key writes",
      request: { method: "POST", path: "/v1/payments" },
      credential: { environment: "live" },
      expect: "allow",
    },
    {
      name: "a test key reads",
      request: { method: "GET", path: "/v1/payments" },
      credential: { environment: "test" },
      expect: "allow",
    },
  ],
};

const onlyGet: Rule = {
  name: "only-get",
  description: "Everything but reading is refused",
  effect: "deny",
  mode: "enforce",
  unless: { method: ["GET"] },
  reason: { code: "READ_ONLY", public: "This service may be read only." },
  tests: [
    { name: "reading goes through", request: { method: "GET", path: "/hello" }, expect: "allow" },
    { name: "writing is refused", request: { method: "POST", path: "/hello" }, expect: "deny" },
  ],
};

const byScope: Rule = {
  name: "readers-may-read",
  description: "Keys that hold read:invoices may read invoices",
  effect: "allow",
  mode: "enforce",
  when: { method: ["GET"], route: "/invoices/**", credential: { scopes: { contains: "read:invoices" } } },
  tests: [
    {
      name: "with the scope",
      request: { method: "GET", path: "/invoices/17" },
      credential: { scopes: ["read:invoices"] },
      expect: "allow",
    },
    {
      name: "without it",
      request: { method: "GET", path: "/invoices/17" },
      credential: { scopes: [] },
      expect: "deny",
    },
  ],
};

const noAdmin: Rule = {
  name: "no-admin-paths",
  description: "Nothing below /admin is reached from outside",
  effect: "deny",
  mode: "enforce",
  when: { route: ["/admin", "/admin/**"] },
  tests: [
    { name: "an admin path", request: { method: "GET", path: "/admin/users" }, expect: "deny" },
    { name: "another path", request: { method: "GET", path: "/users" }, expect: "allow" },
  ],
};

/** Rules that most workspaces want first. */
export const templates: readonly Template[] = [
  {
    id: "only-get",
    title: "Only GET",
    text: "Reading goes through, everything else is denied.",
    rule: onlyGet,
  },
  {
    id: "test-keys",
    title: "Test keys never write",
    text: "Test keys may look, never change.",
    rule: noTestKeys,
  },
  {
    id: "by-scope",
    title: "Readers may read",
    text: "A scope opens one part of a service that denies by default.",
    rule: byScope,
  },
  {
    id: "no-admin",
    title: "No admin paths",
    text: "Nothing below /admin is reached from outside.",
    rule: noAdmin,
  },
];

/** What a rule written from nothing begins as. */
export const blankText = `{
  "name": "",
  "effect": "deny",
  "mode": "enforce",
  "when": {}
}
`;
