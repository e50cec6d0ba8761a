import { describe, expect, test } from "vitest";
import {
  draftOf,
  emptyDraft,
  errorsOf,
  expiresAtOf,
  readKeyChange,
  readNewKey,
} from "@/components/keys/form/draft";
import { Key } from "@/lib/keys/schema";

const context = { nowMs: Date.parse("2026-01-01T00:00:00Z"), mayLimit: true, isProvider: true };
const key = Key.parse({
  id: "key_1",
  name: "ledger-sync",
  prefix: "lk_live",
  masked: "lk_live_9Qm2…Tt4x",
  environment: "live",
  status: "active",
  scopes: ["read:ledger"],
  roles: [],
  grant: ["read:ledger"],
  customer: null,
  customerName: null,
  customerExternalId: null,
  metadata: { plan: "pro", region: "eu" },
  rateLimits: [{ name: "default", algorithm: "sliding-window", limit: 600, windowSeconds: 60 }],
  plan: null,
  quotas: [{ limit: 1000, per: "day" }],
  allowedIps: ["10.0.0.0/8"],
  allowedOrigins: [],
  externalId: null,
  labels: ["batch"],
  expiresAt: "2026-03-01T00:00:00.000Z",
  createdAt: "2025-01-01T00:00:00Z",
  createdBy: "user_1",
  updatedAt: "2025-01-01T00:00:00Z",
  lastUsedAt: null,
  lastUsedFrom: null,
  revokedAt: null,
  revokeReason: null,
  rotation: null,
});

describe("a new key", () => {
  test("needs a name only", () => {
    expect(readNewKey({ ...emptyDraft, name: "ledger-sync" }, context)).toMatchObject({
      input: { name: "ledger-sync", expiresAt: null, environment: "live" },
    });
  });

  test("says beside each field what is wrong with it", () => {
    const read = readNewKey(
      {
        ...emptyDraft,
        scopes: ["nonsense"],
        allowedIps: "10.0.0.0/8\nhome",
        metadata: "{",
        quotaDay: "many",
        expiry: "custom",
        rateLimits: [
          { name: "default", algorithm: "sliding-window", limit: "", windowSeconds: "60", burst: "" },
        ],
      },
      context,
    );
    expect(Object.keys("errors" in read ? read.errors : {}).sort()).toEqual([
      "allowedIps",
      "expiry",
      "metadata",
      "name",
      "quotaDay",
      "rateLimits",
      "scopes",
    ]);
    expect("errors" in read && read.errors.allowedIps).toMatch(/^Line 2 must be an address/);
  });

  test("reads numbers as people write them, and leaves limits out for those who may not set them", () => {
    const draft = {
      ...emptyDraft,
      name: "a",
      quotaMonth: "1,000,000",
      rateLimits: [
        { name: "default", algorithm: "token-bucket", limit: "1 000", windowSeconds: "60", burst: "50" },
      ],
    } as const;
    expect(readNewKey(draft, context)).toMatchObject({
      input: { quotas: [{ limit: 1_000_000, per: "month" }], rateLimits: [{ limit: 1000, burst: 50 }] },
    });
    const read = readNewKey(draft, { ...context, mayLimit: false, isProvider: false });
    expect("input" in read && "rateLimits" in read.input).toBe(false);
  });

  test("may not end in the past", () => {
    expect(
      readNewKey({ ...emptyDraft, name: "a", expiry: "custom", expiryMoment: "2025-12-31T00:00" }, context),
    ).toEqual({ errors: { expiry: "Must lie ahead." } });
  });
});

describe("a changed key", () => {
  test("sends nothing when nothing was changed", () => {
    expect(readKeyChange(draftOf(key), { ...context, key })).toEqual({ change: {} });
  });

  test("sends what was changed and nothing else", () => {
    const draft = {
      ...draftOf(key),
      name: "ledger",
      metadata: '{"region":"eu","plan":"pro"}',
      expiry: "never",
    } as const;
    expect(readKeyChange(draft, { ...context, key })).toEqual({
      change: { name: "ledger", expiresAt: null },
    });
  });
});

test("an expiry of one's own is read as UTC", () => {
  expect(expiresAtOf({ expiry: "custom", expiryMoment: "2026-02-01T12:30" }, context.nowMs)).toBe(
    "2026-02-01T12:30:00.000Z",
  );
  expect(expiresAtOf({ expiry: "30d", expiryMoment: "" }, context.nowMs)).toBe("2026-01-31T00:00:00.000Z");
});

test("the API's own refusals land beside their fields too", () => {
  expect(
    errorsOf([
      { path: "scopes.2", message: "is beyond your grant" },
      { path: "what", message: "is unknown" },
    ]),
  ).toEqual({
    scopes: "Is beyond your grant.",
    form: "What is unknown.",
  });
});

describe("what only the provider writes", () => {
  const draft = {
    ...emptyDraft,
    name: "ledger-sync",
    plan: "pro",
    externalId: "svc-77",
    allowedOrigins: "https://App.example.com:443\n",
  };

  test("is read with the rest: plan, external id, origins in their canonical form", () => {
    expect(readNewKey(draft, context)).toMatchObject({
      input: { plan: "pro", externalId: "svc-77", allowedOrigins: ["https://app.example.com"], metadata: {} },
    });
  });

  test("is left out for a customer's own member, so that nothing is refused", () => {
    const read = readNewKey(draft, { ...context, mayLimit: false, isProvider: false });
    expect(read).toMatchObject({ input: { externalId: null } });
    expect("input" in read && [read.input.plan, read.input.metadata, read.input.quotas]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("a line that is no origin is named", () => {
    const read = readNewKey({ ...draft, allowedOrigins: "https://a.example\napp/x" }, context);
    expect(read).toMatchObject({
      errors: { allowedOrigins: "Line 2 must be an origin such as https://app.example.com." },
    });
  });

  test("a plan is taken away by choosing its customer's", () => {
    const planned = Key.parse({ ...key, plan: "pro" });
    expect(readKeyChange({ ...draftOf(planned), plan: "" }, { ...context, key: planned })).toEqual({
      change: { plan: null },
    });
  });
});
