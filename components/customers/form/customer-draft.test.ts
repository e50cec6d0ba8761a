import { expect, test } from "vitest";
import {
  customerDraftOf,
  readCustomerChange,
  readNewCustomer,
} from "@/components/customers/form/customer-draft";
import { Customer } from "@/lib/customers/schema";

const customer = Customer.parse({
  id: "cus_1",
  externalId: "org_42",
  name: "Northwind",
  status: "active",
  metadata: { region: "eu", tier: 2 },
  scopeCeiling: ["read:invoices"],
  plan: "pro",
  keyCountMax: 10,
  keyCount: 3,
  rateLimits: [{ name: "default", algorithm: "sliding-window", limit: 600, windowSeconds: 60 }],
  quotas: [{ limit: 1_000, per: "day" }],
  disabledAt: null,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
});

test("a customer whose form was not touched sends nothing", () => {
  const draft = { ...customerDraftOf(customer), metadata: '{"tier":2,"region":"eu"}' };
  expect(readCustomerChange(draft, customer)).toEqual({ input: null });
});

test("only what was changed is sent, and an emptied field means none", () => {
  const draft = { ...customerDraftOf(customer), plan: "", keyCountMax: "", quotaDay: "2,000" };
  expect(readCustomerChange(draft, customer)).toEqual({
    input: { plan: null, keyCountMax: null, quotas: [{ limit: 2_000, per: "day" }] },
  });
});

test("what is wrong is said beside each field, and nothing is sent", () => {
  const draft = {
    ...customerDraftOf(null),
    externalId: "cus_mine",
    keyCountMax: "many",
    metadata: "{",
    scopeCeiling: ["nonsense"],
  };
  const read = readNewCustomer(draft);
  expect("errors" in read && Object.keys(read.errors).sort()).toEqual([
    "externalId",
    "keyCountMax",
    "metadata",
    "name",
    "scopeCeiling",
  ]);
});
