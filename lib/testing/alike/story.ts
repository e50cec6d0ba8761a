import type { JsonObject } from "@bufbuild/protobuf";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer } from "@/lib/customers/schema";
import { db } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";
import { idWithin } from "@/lib/keys/format";
import type { IssuedKey } from "@/lib/keys/schema";
import { createRule } from "@/lib/rules/create";
import { platformScopes } from "@/lib/scopes/catalogue";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import type { Told } from "@/lib/testing/alike/transports";
import { decisionRecord } from "@/lib/testing/decision-record";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** A workspace with everything that the cases speak of. */
export interface Story {
  /** Keys that were there before the first case, by what they are for. */
  keys: Record<Prepared, IssuedKey>;
  /** The customer `known`, which has the key `of a customer`. */
  customerId: string;
  /** A whole hour in the past; the reader was called in it and in the two after it, the customer's key in one less. */
  usedFromMs: number;
  /** What cases kept for later ones, by title. */
  kept: Map<string, Told>;
}

type Prepared =
  | "admin"
  | "reader"
  | "powerless"
  | "stranger"
  | "far away"
  | "limited caller"
  | "disabled"
  | "expired"
  | "at an address"
  | "on a page"
  | "limited"
  | "with a quota"
  | "of a customer";

const everything = [...Object.keys(platformScopes), "*:*"];

/** Makes the workspace. Nothing of it was asked of the server yet. */
export async function beginStory(): Promise<Story> {
  const { owner, workspaceId } = await createTestWorkspace();
  const elsewhere = await createTestWorkspace();
  await createService(
    owner,
    CreateService.parse({
      name: "Invoices",
      slug: "invoices",
      upstream: "http://127.0.0.1:1",
      visibility: "private",
      defaultVerdict: "deny",
    }),
  );
  await createRule(owner, {
    name: "read-invoices",
    effect: "allow",
    mode: "enforce",
    when: { method: ["GET"] },
    attachments: [{ service: "invoices" }],
  });
  await createRule(owner, {
    name: "write-small-invoices",
    effect: "allow",
    when: {
      method: ["POST"],
      header: { "x-region": "eu" },
      query: { draft: { exists: false } },
      body: { amount: { lte: 100 } },
    },
    attachments: [{ service: "invoices" }],
  });
  const customer = CreateCustomer.parse({
    externalId: "known",
    name: "Known Ltd",
    scopeCeiling: ["*:*", "read:usage"],
  });
  const { id: customerId } = await createCustomer(owner, customer);
  const limit = { limit: 1, windowSeconds: 3_600 };
  const keys = {
    admin: await issueKey(owner, { name: "admin", scopes: everything }),
    reader: await issueKey(owner, { name: "reader", scopes: ["read:keys"] }),
    powerless: await issueKey(owner, { name: "powerless" }),
    stranger: await issueKey(elsewhere.owner, { name: "stranger", scopes: everything }),
    "far away": await issueKey(owner, { name: "far away", scopes: ["read:keys"], allowedIps: ["192.0.2.1"] }),
    "limited caller": await issueKey(owner, {
      name: "limited caller",
      scopes: ["read:keys"],
      rateLimits: [limit],
    }),
    disabled: await issueKey(owner, { name: "disabled" }),
    expired: await issueKey(owner, { name: "expired", expiresAt: "2090-01-01T00:00:00Z" }),
    "at an address": await issueKey(owner, { name: "at an address", allowedIps: ["10.0.0.0/8"] }),
    "on a page": await issueKey(owner, { name: "on a page", allowedOrigins: ["https://app.example.com"] }),
    limited: await issueKey(owner, { name: "limited", scopes: ["read:invoices"], rateLimits: [limit] }),
    "with a quota": await issueKey(owner, { name: "with a quota", quotas: [{ limit: 1, per: "day" }] }),
    "of a customer": await issueKey(owner, {
      name: "of a customer",
      scopes: ["read:usage"],
      customer: "known",
    }),
  };
  const past = { workspaceId_id: { workspaceId, id: keys.expired.key.id } };
  await db().key.update({ where: past, data: { expiresAt: new Date("2020-01-01T00:00:00Z") } });
  await use(workspaceId, { ...keys.reader, hours: 3 });
  await use(workspaceId, { ...keys["of a customer"], hours: 2 });
  return { keys, customerId, usedFromMs, kept: new Map() };
}

const hourMs = 3_600_000;
const usedFromMs = Math.floor(Date.now() / hourMs) * hourMs - 6 * hourMs;

/** Calls of a key, the same in each hour: two allowed, one denied, one over a limit, one failed. */
async function use(
  workspaceId: string,
  { key, secret, hours }: IssuedKey & { hours: number },
): Promise<void> {
  const credential = {
    id: key.id,
    secretId: idWithin(secret),
    name: key.name,
    prefix: key.prefix,
    customerId: key.customer,
  };
  const calls: Partial<DecisionRecord>[] = [
    { status: 200 },
    { status: 201, method: "POST", totalUs: 9_000 },
    { status: 403, verdict: "deny", route: null },
    { status: 429, verdict: "limited" },
    { status: 502 },
  ];
  const records = calls.flatMap((call, index) =>
    Array.from({ length: hours }, (_, hour) =>
      decisionRecord(workspaceId, {
        ...call,
        credential,
        atMs: usedFromMs + hour * hourMs + index * 60_000,
      }),
    ),
  );
  await insertBatch(records);
}

/** One line of the table. */
export interface Case {
  title: string;
  operation: string;
  input: JsonObject | ((story: Story) => JsonObject);
  /** Headers of the call; the admin's key where it is left out. */
  as?: (story: Story) => Record<string, string>;
  /** `ok` or the kind of problem. */
  kind: string;
  /** Part of the answer that must be there. */
  holds?: JsonObject;
  /** Paths that a problem must name. */
  fields?: string[];
}

/** The credential of a prepared key. */
export function bearer(value: string): Record<string, string> {
  return { authorization: `Bearer ${value}` };
}
