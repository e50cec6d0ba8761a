import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { bearer, type Case, type Story } from "@/lib/testing/alike/story";

const prepared = (name: keyof Story["keys"]) => (story: Story) => bearer(story.keys[name].secret);
const invalid = (title: string, field: string, more: Record<string, JsonValue>): Case => ({
  title,
  operation: "createKey",
  input: { name: "refused", ...more },
  kind: "invalid",
  fields: [field],
});

/** What calls about keys are refused for, and which callers. */
export const keyProblems: readonly Case[] = [
  { title: "a key without a name", operation: "createKey", input: {}, kind: "invalid", fields: ["name"] },
  invalid("an empty name", "name", { name: " " }),
  invalid("a scope that is none", "scopes.0", { scopes: ["no scope"] }),
  invalid("a reserved scope that does not exist", "scopes.0", { scopes: ["read:datastores:all"] }),
  invalid("a role that does not exist", "roles", { roles: ["ghost"] }),
  invalid("a customer that does not exist", "customer", { customer: "cus_none" }),
  invalid("a limit of nothing", "rateLimits.0.limit", { rateLimits: [{ limit: 0, windowSeconds: 60 }] }),
  invalid("a window of a year", "rateLimits.0.windowSeconds", {
    rateLimits: [{ limit: 1, windowSeconds: 31_536_000 }],
  }),
  invalid("a burst of a sliding window", "rateLimits.0.burst", {
    rateLimits: [{ limit: 1, windowSeconds: 60, burst: 2, algorithm: "sliding-window" }],
  }),
  invalid("two quotas of one period", "quotas", {
    quotas: [
      { limit: 1, per: "day" },
      { limit: 2, per: "day" },
    ],
  }),
  invalid("an address that is none", "allowedIps.0", { allowedIps: ["10.0.0.0/99"] }),
  invalid("an origin that is none", "allowedOrigins.0", { allowedOrigins: ["not an origin"] }),
  invalid("an expiry in the past", "expiresAt", { expiresAt: "2020-01-01T00:00:00Z" }),
  invalid("metadata over 16 KiB", "metadata", { metadata: { blob: "x".repeat(17_000) } }),
  invalid("metadata nested too deep", "metadata", { metadata: nested(20) }),
  invalid("more labels than fit", "labels", {
    labels: Array.from({ length: 21 }, (_, index) => `label ${index}`),
  }),
  { title: "a name that is taken", operation: "createKey", input: { name: "reader" }, kind: "conflict" },
  { title: "a cursor of nothing", operation: "listKeys", input: { cursor: "nonsense" }, kind: "bad-request" },
  {
    title: "a page of a thousand",
    operation: "listKeys",
    input: { limit: 1_000 },
    kind: "invalid",
    fields: ["limit"],
  },
  {
    title: "an overlap of a year",
    operation: "rotateKey",
    input: ({ keys }) => ({ id: keys.reader.key.id, overlapSeconds: 31_536_000 }),
    kind: "invalid",
    fields: ["overlapSeconds"],
  },
  {
    title: "a rotation that does not say how long",
    operation: "rotateKey",
    input: ({ keys }) => ({ id: keys.reader.key.id }),
    kind: "invalid",
    fields: ["overlapSeconds"],
  },
  {
    title: "a reason of a thousand characters",
    operation: "revokeKey",
    input: ({ keys }) => ({ id: keys.reader.key.id, reason: "x".repeat(1_000) }),
    kind: "invalid",
    fields: ["reason"],
  },
  { title: "keys by nothing", operation: "revokeKeys", input: { reason: "why not" }, kind: "invalid" },
  {
    title: "an expression that is none",
    operation: "verifyKey",
    input: { key: "x", scopes: "read:a and" },
    kind: "invalid",
    fields: ["scopes"],
  },
  {
    title: "a service that does not exist",
    operation: "verifyKey",
    input: ({ keys }) => ({ key: keys.reader.secret, service: "ghost" }),
    kind: "invalid",
    fields: ["service"],
  },
  {
    title: "a cost below nothing",
    operation: "verifyKey",
    input: { key: "x", cost: -1 },
    kind: "invalid",
    fields: ["cost"],
  },
  {
    title: "nothing to verify",
    operation: "verifyKey",
    input: { key: "" },
    kind: "invalid",
    fields: ["key"],
  },
  {
    title: "an address that is none, to verify",
    operation: "verifyKey",
    input: { key: "x", ip: "here" },
    kind: "invalid",
    fields: ["ip"],
  },

  { title: "no credential", operation: "listKeys", input: {}, as: () => ({}), kind: "unauthorized" },
  {
    title: "an empty credential",
    operation: "listKeys",
    input: {},
    as: () => ({ "x-api-key": "" }),
    kind: "unauthorized",
  },
  {
    title: "another scheme",
    operation: "listKeys",
    input: {},
    as: () => ({ authorization: "Basic YTpi" }),
    kind: "unauthorized",
  },
  {
    title: "a credential that is none",
    operation: "listKeys",
    input: {},
    as: () => bearer("nonsense"),
    kind: "unauthorized",
  },
  {
    title: "a credential that is over",
    operation: "listKeys",
    input: {},
    as: (story) => bearer(story.keys.expired.secret),
    kind: "unauthorized",
  },
  {
    title: "a key in x-api-key",
    operation: "listKeys",
    input: { q: "reader" },
    as: ({ keys }) => ({ "x-api-key": keys.reader.secret }),
    kind: "ok",
  },
  {
    title: "a key in hook_private_key",
    operation: "listKeys",
    input: { q: "reader" },
    as: ({ keys }) => ({ hook_private_key: keys.reader.secret }),
    kind: "ok",
  },
  {
    title: "the same key twice",
    operation: "listKeys",
    input: { q: "reader" },
    as: ({ keys }) => ({ ...bearer(keys.reader.secret), "x-api-key": keys.reader.secret }),
    kind: "ok",
  },
  {
    title: "two different keys",
    operation: "listKeys",
    input: {},
    as: ({ keys }) => ({ ...bearer(keys.reader.secret), "x-api-key": keys.admin.secret }),
    kind: "two-credentials",
  },
  {
    title: "a key from another address",
    operation: "listKeys",
    input: {},
    as: prepared("far away"),
    kind: "forbidden",
  },
  {
    title: "the one call of a limited key",
    operation: "listKeys",
    input: { q: "reader" },
    as: prepared("limited caller"),
    kind: "ok",
  },
  {
    title: "one call more of a limited key",
    operation: "listKeys",
    input: {},
    as: prepared("limited caller"),
    kind: "rate-limited",
  },
  {
    title: "a key may not give what it lacks",
    operation: "createKey",
    input: { name: "more", scopes: ["read:invoices"] },
    as: prepared("reader"),
    kind: "forbidden",
  },
  ...withoutScope(),
  ...fromElsewhere(),
];

/** Every call by a key without any scope. */
function withoutScope(): Case[] {
  const inputs: Record<string, (story: Story) => JsonObject> = {
    createKey: () => ({ name: "x" }),
    listKeys: () => ({}),
    verifyKey: () => ({ key: "x" }),
    revokeKeys: ({ keys }) => ({ ids: [keys.reader.key.id] }),
    ...byId(({ keys }) => keys.reader.key.id),
  };
  return Object.entries(inputs).map(([operation, input]) => ({
    title: `${operation} without its scope`,
    operation,
    input,
    as: prepared("powerless"),
    kind: "forbidden",
  }));
}

/** Every call about a key of another workspace. */
function fromElsewhere(): Case[] {
  return Object.entries(byId(({ keys }) => keys.stranger.key.id)).map(([operation, input]) => ({
    title: `${operation} of another workspace's key`,
    operation,
    input,
    kind: "not-found",
  }));
}

function byId(id: (story: Story) => string): Record<string, (story: Story) => JsonObject> {
  return {
    getKey: (story) => ({ id: id(story) }),
    getKeyGrant: (story) => ({ id: id(story) }),
    updateKey: (story) => ({ id: id(story), labels: ["x"] }),
    rotateKey: (story) => ({ id: id(story), overlapSeconds: 0 }),
    extendRotation: (story) => ({ id: id(story), overlapSeconds: 60 }),
    endRotation: (story) => ({ id: id(story) }),
    revokeKey: (story) => ({ id: id(story), reason: "" }),
  };
}

function nested(depth: number): JsonObject {
  return depth === 0 ? { end: true } : { deeper: nested(depth - 1) };
}
