import { beforeEach, expect, test, vi } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import * as recorder from "@/lib/events/recording/record";
import type { DecisionRecord } from "@/lib/events/schema";
import { newValue } from "@/lib/keys/authentication/check";
import { revokeKey } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { endRotation } from "@/lib/keys/changes/rotation";
import { VerifyAnswer, VerifyRequest } from "@/lib/keys/verification/schema";
import { updateKey } from "@/lib/keys/update";
import { verifyKey } from "@/lib/keys/verification/verify";
import { createRule } from "@/lib/rules/create";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { redis } from "@/lib/redis/client";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";
import type { Actor } from "@/lib/api/actor";

const records: DecisionRecord[] = [];
vi.spyOn(recorder, "recordOrRefuse").mockImplementation((record) => void records.push(record));
beforeEach(() => void records.splice(0));

function ask(actor: Actor, input: unknown) {
  return verifyKey(actor, VerifyRequest.parse(input), {
    requestId: newId("req"),
    startedAt: performance.now(),
  });
}

async function code(actor: Actor, input: unknown): Promise<string> {
  const answer = await ask(actor, input);
  expect(VerifyAnswer.parse(answer)).toEqual(answer);
  expect(answer.valid).toBe(answer.code === "VALID");
  expect(records.at(-1)).toMatchObject({
    id: answer.decision,
    reason: answer.code,
    source: "verify",
    status: 200,
    workspaceId: actor.workspaceId,
  });
  return answer.code;
}

test("a good key is answered with all that is known of it, and recorded", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const customer = await db().customer.create({
    data: { workspaceId, id: newId("cus"), externalId: "acct_1", name: "C" },
  });
  const rateLimits = [{ name: "minute", limit: 5, windowSeconds: 3_600 }];
  const { key, secret } = await issueKey(owner, {
    customer: customer.id,
    scopes: ["read:x"],
    metadata: { plan: "pro" },
    rateLimits,
  });
  const answer = await ask(owner, { key: secret, scopes: ["read:x"], cost: 2, ip: "198.51.100.7" });
  expect(answer).toEqual({
    valid: true,
    code: "VALID",
    keyId: key.id,
    name: key.name,
    customer: customer.id,
    customerExternalId: "acct_1",
    environment: "live",
    scopes: ["read:x"],
    roles: [],
    metadata: { plan: "pro" },
    expiresAt: null,
    rateLimit: { limit: 5, remaining: 3, resetAt: expect.stringMatching(/^20.*Z$/) },
    limits: [
      {
        name: "minute",
        limit: 5,
        remaining: 3,
        windowSeconds: 3_600,
        resetAt: expect.stringMatching(/^20.*Z$/),
      },
    ],
    retryAfterSeconds: null,
    decision: expect.stringMatching(/^evt_/),
    requestId: expect.stringMatching(/^req_/),
  });
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({
    verdict: "allow",
    method: "POST",
    path: "/keys/verify",
    service: null,
    address: "198.51.100.7",
    count: 1,
    credential: { id: key.id, name: key.name, prefix: "lk_live", customerId: customer.id },
  });
  for (const latency of [records[0]?.authenticateUs, records[0]?.totalUs]) expect(latency).toBeGreaterThan(0);
  expect(JSON.stringify(records)).not.toContain(secret.slice(24, 56));
});

test("while everything is warm the answer does not wait", async () => {
  const { owner } = await createTestWorkspace();
  const rateLimits = redis() === null ? [{ limit: 100, windowSeconds: 60 }] : [];
  const { secret } = await issueKey(owner, { rateLimits });
  await createService(
    owner,
    CreateService.parse({
      name: "S",
      slug: "s",
      upstream: "http://127.0.0.1:1",
      visibility: "public",
      defaultVerdict: "allow",
    }),
  );
  await ask(owner, { key: secret, service: "s" });
  expect(ask(owner, { key: secret })).toMatchObject({ valid: true });
  expect(ask(owner, { key: secret, service: "s", path: "/a" })).toMatchObject({ valid: true });
});

test("a key with origins is refused for another page's call, and good for its own pages and for programs", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner, { allowedOrigins: ["https://App.Example.com:443/"] });
  expect(key.allowedOrigins).toEqual(["https://app.example.com"]);
  expect(await code(owner, { key: secret, origin: "https://evil.example" })).toBe("ORIGIN_FORBIDDEN");
  expect(await code(owner, { key: secret, origin: "https://app.example.com" })).toBe("VALID");
  expect(await code(owner, { key: secret })).toBe("VALID");
  await updateKey(owner, { keyId: key.id, allowedOrigins: [] });
  expect(await code(owner, { key: secret, origin: "https://evil.example" })).toBe("VALID");
});

test("every refusal has its code, in the order in which it is found out", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner, {
    scopes: ["read:x"],
    allowedIps: ["198.51.100.0/24", "2001:db8::/32"],
    rateLimits: [{ limit: 1, windowSeconds: 3_600 }],
    quotas: [{ limit: 1, per: "month" }],
  });
  const good = { key: secret, scopes: ["read:x"], ip: "198.51.100.7" };
  expect(await code(owner, { ...good, key: "nonsense" })).toBe("MALFORMED");
  expect(await code(owner, { ...good, key: newValue("lk", "live").value })).toBe("NOT_FOUND");
  expect(await code(owner, { ...good, ip: "198.51.101.7" })).toBe("IP_FORBIDDEN");
  expect(await code(owner, { ...good, ip: undefined })).toBe("IP_FORBIDDEN");
  expect(await code(owner, { ...good, ip: "::ffff:198.51.101.7" })).toBe("IP_FORBIDDEN");
  expect(await code(owner, { ...good, scopes: ["read:x", "write:x"] })).toBe("INSUFFICIENT_SCOPE");
  expect(await code(owner, { ...good, scopes: "write:x or read:y" })).toBe("INSUFFICIENT_SCOPE");
  expect(await code(owner, { ...good, ip: "2001:db8::1" })).toBe("VALID");
  expect(await code(owner, { ...good, ip: "::ffff:198.51.100.7" })).toBe("RATE_LIMITED");
  expect(records.at(-1)?.verdict).toBe("limited");
  await updateKey(owner, { keyId: key.id, rateLimits: [] });
  expect(await code(owner, good)).toBe("QUOTA_EXCEEDED");
  await updateKey(owner, { keyId: key.id, disabled: true });
  expect(await code(owner, good)).toBe("DISABLED");
  expect(records.at(-1)).toMatchObject({ verdict: "deny", credential: { id: key.id } });
  await revokeKey(owner, { keyId: key.id, reason: "" });
  expect(await code(owner, good)).toBe("REVOKED");
});

test("an old secret is EXPIRED once its overlap ended, the new one VALID", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  const { secret: next } = await rotateKey(owner, { keyId: key.id, overlapSeconds: 60 });
  for (const value of [secret, next]) expect(await code(owner, { key: value })).toBe("VALID");
  await endRotation(owner, { keyId: key.id });
  expect([await code(owner, { key: secret }), await code(owner, { key: next })]).toEqual([
    "EXPIRED",
    "VALID",
  ]);
});

test("another workspace's key and another customer's key are NOT_FOUND, and nothing of them is said or recorded", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const other = await createTestWorkspace();
  const foreign = await issueKey(other.owner);
  const customer = await db().customer.create({
    data: { workspaceId, id: newId("cus"), externalId: "e", name: "C", scopeCeiling: ["verify:keys"] },
  });
  const bound = callerOf(
    workspaceId,
    await issueKey(owner, { customer: customer.id, scopes: ["verify:keys"] }),
  );
  const provider = await issueKey(owner);
  for (const [actor, secret] of [
    [owner, foreign.secret],
    [bound, provider.secret],
  ] as const) {
    expect(await code(actor, { key: secret })).toBe("NOT_FOUND");
    expect(await ask(actor, { key: secret })).toMatchObject({
      keyId: null,
      name: null,
      scopes: [],
      metadata: {},
    });
    expect(records.at(-1)?.credential).toBeNull();
  }
  await revokeKey(other.owner, { keyId: foreign.key.id, reason: "" });
  expect(await code(owner, { key: foreign.secret })).toBe("NOT_FOUND");
});

test("with a service the rules are judged before any limit is taken from", async () => {
  const { owner } = await createTestWorkspace();
  const { id } = await createService(
    owner,
    CreateService.parse({
      name: "Invoices",
      slug: "invoices",
      upstream: "http://127.0.0.1:1",
      visibility: "private",
      defaultVerdict: "deny",
    }),
  );
  const { secret } = await issueKey(owner, {
    scopes: ["read:invoices"],
    rateLimits: [{ limit: 1, windowSeconds: 3_600 }],
  });
  await createRule(owner, {
    name: "read-invoices",
    effect: "allow",
    mode: "enforce",
    when: {
      method: ["GET"],
      route: "/v1/invoices/{id?}",
      credential: { scopes: { contains: "read:invoices" } },
    },
    attachments: [{ service: "invoices" }],
  });
  const call = { key: secret, service: "invoices", method: "GET", path: "/v1/invoices/7" };
  expect(await code(owner, { ...call, method: "post" })).toBe("DENIED");
  expect(records.at(-1)).toMatchObject({
    method: "POST",
    path: "/v1/invoices/7",
    service: { id, slug: "invoices" },
    verdict: "deny",
    rules: [],
  });
  expect(await code(owner, { ...call, service: id, cost: 0 })).toBe("VALID");
  expect(await code(owner, call)).toBe("VALID");
  expect(records.at(-1)).toMatchObject({
    rules: ["read-invoices"],
    route: "/v1/invoices/{id?}",
    verdict: "allow",
  });
  expect(records.at(-1)?.rulesetVersion).toBeGreaterThan(0);
  expect(await code(owner, call)).toBe("RATE_LIMITED");
});

test("a service, path, method or expression that is none is refused by name", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner);
  for (const [path, wrong] of [
    ["service", { service: "none" }],
    ["path", { service: "none", path: "/a/../b" }],
    ["method", { service: "none", method: "BREW" }],
    ["scopes", { scopes: "read:x and" }],
  ] as const)
    await expect(Promise.resolve().then(() => ask(owner, { key: secret, ...wrong }))).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path }] },
    });
  for (const wrong of [
    {},
    { key: "" },
    { key: 1 },
    { key: "k", cost: -1 },
    { key: "k", ip: "1.2.3" },
    { key: "k", path: "a" },
    { key: "k", scopes: ["a b"] },
    { key: "k", x: 1 },
  ])
    expect(VerifyRequest.safeParse(wrong).success).toBe(false);
});

test("only who holds verify:keys may ask", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { secret } = await issueKey(owner);
  const caller = callerOf(workspaceId, await issueKey(owner, { scopes: ["read:keys", "verify:x"] }));
  await expect(Promise.resolve().then(() => ask(caller, { key: secret }))).rejects.toMatchObject({
    kind: "forbidden",
    extra: { members: { requiredScope: "verify:keys" } },
  });
  expect(records).toEqual([]);
});
