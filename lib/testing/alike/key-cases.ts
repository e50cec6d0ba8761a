import type { JsonObject } from "@bufbuild/protobuf";
import { z } from "zod";
import type { Case, Story } from "@/lib/testing/alike/story";

const Issued = z.object({ key: z.object({ id: z.string() }), secret: z.string() });

const issued = (story: Story, title: string) => Issued.parse(story.kept.get(title)?.body);
const made = (story: Story) => ({ id: issued(story, "creates a key").key.id });
const verify = (key: string, more: JsonObject = {}) => ({ key, ...more });
const verifies = (title: string, code: string, input: (story: Story) => JsonObject): Case => ({
  title,
  operation: "verifyKey",
  input,
  kind: "ok",
  holds: { code, valid: code === "VALID" },
});
const judges = (title: string, code: string, more: JsonObject): Case =>
  verifies(title, code, ({ keys }) =>
    verify(keys.reader.secret, {
      service: "invoices",
      method: "POST",
      path: "/v1/invoices",
      headers: { "x-region": ["eu", "eu"] },
      body: { amount: 7 },
      ...more,
    }),
  );

/** The life of a key, told once for every way of asking. Cases come one after the other and may build on each other. */
export const keyCases: readonly Case[] = [
  {
    title: "creates a key",
    operation: "createKey",
    input: {
      name: "billing worker",
      environment: "test",
      scopes: ["write:submissions", "read:invoices"],
      metadata: { plan: "pro", seats: 3, nested: { deep: [1, "two", null, true] } },
      labels: ["billing"],
      externalId: "ext-1",
      rateLimits: [{ name: "burst", algorithm: "token-bucket", limit: 100, windowSeconds: 60, burst: 200 }],
      quotas: [{ limit: 1_000_000_000_000, per: "month" }],
      allowedIps: ["10.0.0.0/8", "127.0.0.1", "2001:db8::/32"],
      allowedOrigins: ["https://app.example.com"],
      expiresAt: "2090-01-31T12:00:00Z",
    },
    kind: "ok",
  },
  {
    title: "creates a key with nothing but a name",
    operation: "createKey",
    input: { name: "plain" },
    kind: "ok",
    holds: { key: { name: "plain", environment: "live", status: "active", createdBy: "…", metadata: {} } },
  },
  { title: "reads a key", operation: "getKey", input: made, kind: "ok", holds: { name: "billing worker" } },
  { title: "shows its grant", operation: "getKeyGrant", input: made, kind: "ok" },
  { title: "lists keys", operation: "listKeys", input: { sort: "name", limit: 3 }, kind: "ok" },
  {
    title: "lists the page after",
    operation: "listKeys",
    input: (story) => ({
      sort: "name",
      limit: 3,
      cursor: story.kept.get("lists keys")?.body.nextCursor ?? "",
    }),
    kind: "ok",
  },
  {
    title: "finds keys by every condition",
    operation: "listKeys",
    input: { q: "billing", status: "active", environment: "test", scope: "read:invoices", lastUsed: "never" },
    kind: "ok",
    holds: { total: 1 },
  },
  ...["24h", "7d", "30d", "not-30d", "never"].map((lastUsed) => ({
    title: `finds keys used last: ${lastUsed}`,
    operation: "listKeys",
    input: { lastUsed, q: "billing" },
    kind: "ok",
    holds: { total: lastUsed === "never" || lastUsed === "not-30d" ? 1 : 0 },
  })),
  {
    title: "changes a key",
    operation: "updateKey",
    input: (story) => ({ ...made(story), name: "billing", scopes: ["read:invoices"], labels: ["a", "b"] }),
    kind: "ok",
    holds: { name: "billing", scopes: ["read:invoices"], externalId: "ext-1" },
  },
  {
    title: "empties fields of a key",
    operation: "updateKey",
    input: (story) => ({ ...made(story), externalId: null, expiresAt: null, metadata: {}, labels: [] }),
    kind: "ok",
    holds: { metadata: {} },
  },
  {
    title: "disables a key",
    operation: "updateKey",
    input: ({ keys }) => ({ id: keys.disabled.key.id, disabled: true }),
    kind: "ok",
    holds: { status: "disabled" },
  },
  verifies("verifies a key", "VALID", (story) =>
    verify(issued(story, "creates a key").secret, { ip: "10.1.2.3", scopes: ["read:invoices"] }),
  ),
  verifies("verifies by an expression", "VALID", (story) =>
    verify(issued(story, "creates a key").secret, {
      ip: "10.1.2.3",
      scopes: "read:invoices and (admin:users or read:invoices)",
    }),
  ),
  {
    title: "rotates with an overlap",
    operation: "rotateKey",
    input: (story) => ({ ...made(story), overlapSeconds: 3_600 }),
    kind: "ok",
    holds: { key: { status: "rotating" } },
  },
  {
    title: "does not begin a second overlap",
    operation: "rotateKey",
    input: (story) => ({ ...made(story), overlapSeconds: 60 }),
    kind: "conflict",
  },
  {
    title: "extends the overlap",
    operation: "extendRotation",
    input: (story) => ({ ...made(story), overlapSeconds: 7_200 }),
    kind: "ok",
    holds: { status: "rotating" },
  },
  verifies("in the overlap the old secret is good", "VALID", (story) =>
    verify(issued(story, "creates a key").secret, { ip: "10.1.2.3" }),
  ),
  verifies("in the overlap the new secret is good", "VALID", (story) =>
    verify(issued(story, "rotates with an overlap").secret, { ip: "10.1.2.3" }),
  ),
  {
    title: "ends the overlap",
    operation: "endRotation",
    input: made,
    kind: "ok",
    holds: { status: "active" },
  },
  { title: "has no overlap to end twice", operation: "endRotation", input: made, kind: "not-found" },
  verifies("after it the old secret is over", "EXPIRED", (story) =>
    verify(issued(story, "creates a key").secret),
  ),
  {
    title: "revokes a key",
    operation: "revokeKey",
    input: (story) => ({ ...made(story), reason: "no longer needed" }),
    kind: "ok",
    holds: { status: "revoked", revokeReason: "no longer needed" },
  },
  verifies("a revoked key is refused", "REVOKED", (story) =>
    verify(issued(story, "rotates with an overlap").secret, { ip: "10.1.2.3" }),
  ),
  {
    title: "does not change a revoked key",
    operation: "updateKey",
    input: (story) => ({ ...made(story), name: "x" }),
    kind: "conflict",
  },
  {
    title: "revokes keys by id",
    operation: "revokeKeys",
    input: (story) => ({
      ids: [issued(story, "creates a key with nothing but a name").key.id, story.keys.stranger.key.id],
      reason: "",
    }),
    kind: "ok",
  },
  {
    title: "revokes keys by filter",
    operation: "revokeKeys",
    input: { filter: { q: "nobody has this name" } },
    kind: "ok",
    holds: { more: false },
  },

  verifies("a value that is none", "MALFORMED", () => verify("nonsense")),
  verifies("a key of another workspace", "NOT_FOUND", ({ keys }) => verify(keys.stranger.secret)),
  verifies("a key that is over", "EXPIRED", ({ keys }) => verify(keys.expired.secret)),
  verifies("a disabled key", "DISABLED", ({ keys }) => verify(keys.disabled.secret)),
  verifies("a scope that the key lacks", "INSUFFICIENT_SCOPE", ({ keys }) =>
    verify(keys.limited.secret, { scopes: ["admin:users"] }),
  ),
  verifies("an expression that the key does not meet", "INSUFFICIENT_SCOPE", ({ keys }) =>
    verify(keys.limited.secret, { scopes: "read:invoices and admin:users" }),
  ),
  verifies("another address", "IP_FORBIDDEN", ({ keys }) =>
    verify(keys["at an address"].secret, { ip: "192.0.2.7" }),
  ),
  verifies("an address on its list", "VALID", ({ keys }) =>
    verify(keys["at an address"].secret, { ip: "10.9.9.9" }),
  ),
  verifies("another page", "ORIGIN_FORBIDDEN", ({ keys }) =>
    verify(keys["on a page"].secret, { origin: "https://evil.example" }),
  ),
  verifies("a call that no rule allows", "DENIED", ({ keys }) =>
    verify(keys.limited.secret, { service: "invoices", method: "DELETE", path: "/v1/invoices" }),
  ),
  judges("a call whose header, query and body a rule allows", "VALID", {}),
  judges("a call whose body no rule allows", "DENIED", { body: { amount: 700 } }),
  judges("a call whose query no rule allows", "DENIED", { query: { draft: "1" } }),
  judges("a call of whose headers one is not allowed", "DENIED", { headers: { "x-region": ["eu", "us"] } }),
  verifies("a call that a rule allows, the last within the limit", "VALID", ({ keys }) =>
    verify(keys.limited.secret, { service: "invoices", method: "GET", path: "/v1/invoices" }),
  ),
  verifies("a call over the limit", "RATE_LIMITED", ({ keys }) => verify(keys.limited.secret)),
  verifies("a call that costs nothing", "VALID", ({ keys }) => verify(keys.limited.secret, { cost: 0 })),
  verifies("the last call of a quota", "VALID", ({ keys }) => verify(keys["with a quota"].secret)),
  verifies("a call over the quota", "QUOTA_EXCEEDED", ({ keys }) => verify(keys["with a quota"].secret)),
];
