import type { JsonObject } from "@bufbuild/protobuf";
import { bearer, type Case, type Story } from "@/lib/testing/alike/story";

/** The three hours in which keys were called, and one more. */
const when = ({ usedFromMs }: Story): JsonObject => ({
  from: new Date(usedFromMs).toISOString(),
  to: new Date(usedFromMs + 4 * 3_600_000).toISOString(),
});
const ofCustomer = ({ keys }: Story) => bearer(keys["of a customer"].secret);
const powerless = ({ keys }: Story) => bearer(keys.powerless.secret);
const stranger = ({ keys }: Story) => bearer(keys.stranger.secret);
const groups = ["key", "secret", "customer", "service", "route", "status", "outcome"];

/** What was called, told once for every way of asking. */
export const usageCases: readonly Case[] = [
  {
    title: "counts calls",
    operation: "getUsage",
    input: when,
    kind: "ok",
    holds: { totals: { requests: 25, ok: 10, denied: 5, limited: 5, error: 5 }, bucketSeconds: 3_600 },
  },
  ...groups.map((groupBy) => ({
    title: `splits calls by ${groupBy}`,
    operation: "getUsage",
    input: (story: Story) => ({ ...when(story), groupBy, limit: 10 }),
    kind: "ok",
    holds: { group: groupBy },
  })),
  {
    title: "counts calls of one key by the minute",
    operation: "getUsage",
    input: (story) => ({
      from: new Date(story.usedFromMs).toISOString(),
      to: new Date(story.usedFromMs + 300_000).toISOString(),
      interval: "minute",
      key: story.keys.reader.key.id,
      environment: "live",
    }),
    kind: "ok",
    holds: { totals: { requests: 5 }, bucketSeconds: 60 },
  },
  {
    title: "counts calls of one customer",
    operation: "getUsage",
    input: (story) => ({ ...when(story), customer: "known" }),
    kind: "ok",
    holds: { totals: { requests: 10 } },
  },
  {
    title: "a customer's key counts that customer's",
    operation: "getUsage",
    input: when,
    as: ofCustomer,
    kind: "ok",
    holds: { totals: { requests: 10 } },
  },
  {
    title: "tells one key's calls",
    operation: "getKeyUsage",
    input: (story) => ({ id: story.keys.reader.key.id, ...when(story) }),
    kind: "ok",
    holds: { totals: { requests: 15 } },
  },
  {
    title: "exports usage",
    operation: "exportUsage",
    input: (story) => ({ ...when(story), key: story.keys.reader.key.id }),
    kind: "ok",
    holds: { lines: Array.from({ length: 15 }, () => ({ keyName: "reader", calls: 1 })) },
  },
  {
    title: "exports a customer's usage",
    operation: "exportUsage",
    input: (story) => ({ ...when(story), customer: "known", interval: "minute" }),
    kind: "ok",
  },
  {
    title: "exports nothing",
    operation: "exportUsage",
    input: (story) => ({ ...when(story), key: "key_none" }),
    kind: "ok",
  },
  {
    title: "a range and a time at once",
    operation: "getUsage",
    input: (story) => ({ ...when(story), range: "24h" }),
    kind: "invalid",
  },
  {
    title: "a time that ends before it begins",
    operation: "getUsage",
    input: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" },
    kind: "invalid",
  },
  {
    title: "a time whose last bucket no calendar holds",
    operation: "getUsage",
    input: { to: "9999-12-31T23:59:59Z", interval: "day" },
    kind: "invalid",
    fields: ["to"],
  },
  {
    title: "a time that is not kept",
    operation: "exportUsage",
    input: { from: "2020-01-01T00:00:00Z", interval: "minute" },
    kind: "invalid",
  },
  {
    title: "too many groups",
    operation: "getUsage",
    input: { limit: 101, groupBy: "key" },
    kind: "invalid",
    fields: ["limit"],
  },
  { title: "usage of no key", operation: "getKeyUsage", input: { id: "key_none" }, kind: "not-found" },
  {
    title: "usage of another workspace's key",
    operation: "getKeyUsage",
    input: ({ keys }) => ({ id: keys.reader.key.id }),
    as: stranger,
    kind: "not-found",
  },
  ...["getUsage", "exportUsage", "getKeyUsage"].map((operation) => ({
    title: `${operation} without its scope`,
    operation,
    input: operation === "getKeyUsage" ? { id: "key_none" } : {},
    as: powerless,
    kind: "forbidden",
  })),
  ...["getUsage", "exportUsage"].map((operation) => ({
    title: `${operation} without a credential`,
    operation,
    input: {},
    as: () => ({}),
    kind: "unauthorized",
  })),
];
