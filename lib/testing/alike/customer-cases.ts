import type { JsonObject } from "@bufbuild/protobuf";
import { bearer, type Case, type Story } from "@/lib/testing/alike/story";

const one = () => ({ id: "northwind" });
const powerless = ({ keys }: Story) => bearer(keys.powerless.secret);
const stranger = ({ keys }: Story) => bearer(keys.stranger.secret);
const byId = ["getCustomer", "updateCustomer", "disableCustomer", "enableCustomer", "deleteCustomer"];

const invalid = (title: string, field: string, more: JsonObject): Case => ({
  title,
  operation: "createCustomer",
  input: { externalId: "refused", name: "Refused", ...more },
  kind: "invalid",
  fields: [field],
});

/** The life of a customer, told once for every way of asking. */
export const customerCases: readonly Case[] = [
  {
    title: "adds a customer",
    operation: "createCustomer",
    input: {
      externalId: "northwind",
      name: "Northwind",
      metadata: { tier: "gold", seats: 7 },
      scopeCeiling: ["read:invoices", "write:submissions"],
      keyCountMax: 2,
      rateLimits: [{ name: "shared", limit: 1_000, windowSeconds: 60, algorithm: "sliding-window" }],
      quotas: [{ limit: 10_000, per: "day" }],
    },
    kind: "ok",
    holds: { status: "active", keyCount: 0, keyCountMax: 2 },
  },
  {
    title: "adds a customer with nothing but its names",
    operation: "createCustomer",
    input: { externalId: "plain", name: "Plain" },
    kind: "ok",
    holds: { scopeCeiling: ["*:*"] },
  },
  {
    title: "adds a customer whose keys may hold nothing",
    operation: "createCustomer",
    input: { externalId: "empty", name: "Empty", scopeCeiling: [] },
    kind: "ok",
  },
  {
    title: "reads a customer",
    operation: "getCustomer",
    input: one,
    kind: "ok",
    holds: { name: "Northwind" },
  },
  {
    title: "reads a customer by our id",
    operation: "getCustomer",
    input: ({ customerId }) => ({ id: customerId }),
    kind: "ok",
    holds: { externalId: "known", keyCount: 1 },
  },
  {
    title: "lists customers",
    operation: "listCustomers",
    input: { limit: 2 },
    kind: "ok",
    holds: { total: 4 },
  },
  {
    title: "lists the page after",
    operation: "listCustomers",
    input: (story) => ({ limit: 2, cursor: story.kept.get("lists customers")?.body.nextCursor ?? "" }),
    kind: "ok",
  },
  {
    title: "finds a customer",
    operation: "listCustomers",
    input: { externalId: "northwind", status: "active", q: "north" },
    kind: "ok",
    holds: { total: 1 },
  },
  {
    title: "changes a customer",
    operation: "updateCustomer",
    input: { ...one(), name: "Northwind Ltd", scopeCeiling: ["read:invoices"] },
    kind: "ok",
    holds: { name: "Northwind Ltd", scopeCeiling: ["read:invoices"], keyCountMax: 2 },
  },
  {
    title: "empties fields of a customer",
    operation: "updateCustomer",
    input: { ...one(), keyCountMax: null, metadata: {}, scopeCeiling: [] },
    kind: "ok",
    holds: { metadata: {} },
  },
  {
    title: "disables a customer",
    operation: "disableCustomer",
    input: { id: "known" },
    kind: "ok",
    holds: { status: "disabled" },
  },
  {
    title: "a key of a disabled customer is refused",
    operation: "verifyKey",
    input: ({ keys }) => ({ key: keys["of a customer"].secret }),
    kind: "ok",
    holds: { code: "DISABLED", valid: false },
  },
  {
    title: "enables a customer",
    operation: "enableCustomer",
    input: { id: "known" },
    kind: "ok",
    holds: { status: "active" },
  },
  {
    title: "a key of it is good again",
    operation: "verifyKey",
    input: ({ keys }) => ({ key: keys["of a customer"].secret }),
    kind: "ok",
    holds: { code: "VALID" },
  },
  {
    title: "does not remove a customer with keys",
    operation: "deleteCustomer",
    input: { id: "known" },
    kind: "conflict",
  },
  {
    title: "removes it with them",
    operation: "deleteCustomer",
    input: { id: "known", revokeKeys: true },
    kind: "ok",
  },
  { title: "is gone then", operation: "getCustomer", input: { id: "known" }, kind: "not-found" },
  { title: "removes a customer without keys", operation: "deleteCustomer", input: one, kind: "ok" },

  {
    title: "an external id that is taken",
    operation: "createCustomer",
    input: { externalId: "plain", name: "Again" },
    kind: "conflict",
  },
  {
    title: "a customer without names",
    operation: "createCustomer",
    input: {},
    kind: "invalid",
    fields: ["externalId", "name"],
  },
  invalid("an external id that looks like ours", "externalId", { externalId: "cus_1" }),
  invalid("fewer keys than none", "keyCountMax", { keyCountMax: -1 }),
  invalid("a ceiling of no scopes", "scopeCeiling.0", { scopeCeiling: ["no scope"] }),
  invalid("a plan that does not exist", "plan", { plan: "ghost" }),
  { title: "a cursor of nothing", operation: "listCustomers", input: { cursor: "x" }, kind: "bad-request" },
  {
    title: "an id longer than any",
    operation: "getCustomer",
    input: { id: "x".repeat(300) },
    kind: "not-found",
  },
  ...["createCustomer", "listCustomers", ...byId].map((operation) => ({
    title: `${operation} without its scope`,
    operation,
    input: inputFor(operation),
    as: powerless,
    kind: "forbidden",
  })),
  ...byId.map((operation) => ({
    title: `${operation} of another workspace`,
    operation,
    input: inputFor(operation),
    as: stranger,
    kind: "not-found",
  })),
];

function inputFor(operation: string): JsonObject {
  if (operation === "createCustomer") return { externalId: "x", name: "x" };
  if (operation === "listCustomers") return {};
  return operation === "updateCustomer" ? { id: "plain", name: "x" } : { id: "plain" };
}
