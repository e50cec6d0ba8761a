import { expect, test } from "vitest";
import { z } from "zod";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { createKey } from "@/lib/keys/create";
import { readKey } from "@/lib/keys/reading/read";
import { revokeKey, revokeKeys } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { endRotation } from "@/lib/keys/changes/rotation";
import { CreateKey } from "@/lib/keys/changes/schema";
import { IssuedKey, Key } from "@/lib/keys/schema";
import { updateKey } from "@/lib/keys/update";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { outcomes } from "@/lib/testing/outcomes";
import { trail } from "@/lib/testing/recorded/trail";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function createCustomer(workspaceId: string, name: string) {
  return db().customer.create({
    data: {
      workspaceId,
      id: newId("cus"),
      externalId: `ext-${name}`,
      name,
      scopeCeiling: ["*:*", "create:keys", "read:keys", "update:keys", "revoke:keys"],
    },
  });
}

test("a new key is answered whole, its value this once, and nothing stored or in the trail holds the value", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const issued = await issueKey(owner, {
    name: " Billing ",
    scopes: ["datastore::set", "read:x", "read:x"],
    metadata: { plan: "pro" },
  });
  expect(IssuedKey.parse(issued)).toEqual(issued);
  expect(issued.key).toMatchObject({
    name: "Billing",
    status: "active",
    environment: "live",
    prefix: "lk_live",
    scopes: ["read:x", "set:datastore"],
    metadata: { plan: "pro" },
    customer: null,
    rotation: null,
    createdBy: owner.userId,
    expiresAt: null,
  });
  expect(issued.key.masked).toBe(`lk_live_${issued.secret.slice(8, 12)}…${issued.secret.slice(-4)}`);
  const stored = JSON.stringify(
    [
      await db().key.findMany({ where: { workspaceId } }),
      await db().secret.findMany({ where: { workspaceId }, omit: { hash: false } }),
      await db().auditEntry.findMany({ where: { workspaceId } }),
    ],
    (_name, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
  expect(stored).not.toContain(issued.secret);
  expect(stored).not.toContain(issued.secret.slice(24, 56));
  expect(await trail(owner, issued.key.id)).toEqual(["keys.create"]);
});

test("the trail says what a new key was given: its limits, from where it may be used and until when", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const given = {
    scopes: ["read:x"],
    rateLimits: [{ name: "minute", algorithm: "sliding-window" as const, limit: 5, windowSeconds: 60 }],
    quotas: [{ limit: 9, per: "day" as const }],
    allowedIps: ["10.0.0.0/8"],
    allowedOrigins: ["https://app.example.com"],
    expiresAt: "2037-01-01T00:00:00Z",
  };
  const { key } = await issueKey(owner, given);
  const entry = await db().auditEntry.findFirstOrThrow({ where: { workspaceId, subject: key.id } });
  expect(entry.detail).toMatchObject({ name: key.name, ...given });
});

test("the trail names a new secret by its id, and calls nothing of it a secret", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { key } = await issueKey(owner);
  await rotateKey(owner, { keyId: key.id, overlapSeconds: 60 });
  const entries = await db().auditEntry.findMany({ where: { workspaceId, subject: key.id } });
  const { secrets } = await readKey(owner, key.id);
  const named = entries.map(({ detail }) => z.object({ secretId: z.string() }).parse(detail).secretId);
  expect(named.sort()).toEqual(secrets.map(({ id }) => id).sort());
  for (const { detail } of entries) expect(detail).not.toHaveProperty("secret");
});

test("of two keys made at once under one name one is made, and the name is free again after revocation", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const make = () => issueKey(owner, { name: "one" });
  const result = await outcomes([make(), make(), make()]);
  expect(result).toEqual({ ok: 1, conflict: 2 });
  expect(await db().key.count({ where: { workspaceId } })).toBe(1);
  const other = await issueKey(owner, { name: "other" });
  await expect(updateKey(owner, { keyId: other.key.id, name: "one" })).rejects.toMatchObject({
    kind: "conflict",
  });
  const [one] = await db().key.findMany({ where: { workspaceId, name: "one" } });
  await revokeKey(owner, { keyId: one?.id ?? "", reason: "" });
  await updateKey(owner, { keyId: other.key.id, name: "one" });
  expect((await readKey(owner, other.key.id)).name).toBe("one");
});

test("two customers may use the same name without learning of each other", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  for (const name of ["a", "b"]) {
    const customer = await createCustomer(workspaceId, name);
    expect((await issueKey(owner, { name: "production", customer: customer.externalId })).key.customer).toBe(
      customer.id,
    );
  }
});

test("a repeat with the same Idempotency-Key gets the same key, also when both come at once", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const input = CreateKey.parse({ name: "once" });
  const once = onceFrom("abc", { operation: "createKey", input });
  const both = await Promise.all([
    createKey(owner, { ...input, once }),
    createKey(owner, { ...input, once }),
  ]);
  expect(both[0]).toEqual(both[1]);
  expect(await createKey(owner, { ...input, once })).toEqual(both[0]);
  expect(await db().key.count({ where: { workspaceId } })).toBe(1);
  const kept = await db().idempotentAnswer.findMany({ where: { workspaceId } });
  expect(Buffer.from(kept[0]?.answer ?? []).includes(both[0]?.secret ?? "-")).toBe(false);
});

test("an Idempotency-Key is refused for another request, and is each caller's own", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const [one, two] = [CreateKey.parse({ name: "one" }), CreateKey.parse({ name: "two" })];
  const caller = callerOf(workspaceId, await issueKey(owner, { scopes: ["create:keys"] }));
  await createKey(owner, { ...one, once: onceFrom("k", { operation: "createKey", input: one }) });
  await expect(
    createKey(owner, { ...two, once: onceFrom("k", { operation: "createKey", input: two }) }),
  ).rejects.toMatchObject({ kind: "invalid" });
  expect(
    (await createKey(caller, { ...two, once: onceFrom("k", { operation: "createKey", input: two }) })).key
      .name,
  ).toBe("two");
  expect(() => onceFrom("ü", { operation: "x", input: 1 })).toThrow("Idempotency-Key");
});

test("a refused write leaves its Idempotency-Key free", async () => {
  const { owner } = await createTestWorkspace();
  const { key } = await issueKey(owner, { name: "taken" });
  const input = CreateKey.parse({ name: "taken" });
  const once = onceFrom("k", { operation: "createKey", input });
  await expect(createKey(owner, { ...input, once })).rejects.toMatchObject({ kind: "conflict" });
  await revokeKey(owner, { keyId: key.id, reason: "" });
  expect((await createKey(owner, { ...input, once })).key.name).toBe("taken");
});

test("nobody grants, changes or rotates beyond its own grant, roles counted, and platform:* comes from owners", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  await db().role.create({ data: { workspaceId, name: "billing", scopes: ["write:invoices"] } });
  await db().role.create({ data: { workspaceId, name: "root", scopes: ["platform:*"] } });
  const held = ["create:keys", "update:keys", "rotate:keys", "read:invoices"];
  const caller = callerOf(workspaceId, await issueKey(owner, { scopes: held }));
  const beyond = await issueKey(owner, { roles: ["billing"] });
  const within = await issueKey(owner, { scopes: ["read:invoices"] });
  for (const attempt of [
    () => issueKey(caller, { scopes: ["write:invoices"] }),
    () => issueKey(caller, { scopes: ["read:*"] }),
    () => issueKey(caller, { scopes: ["revoke:keys"] }),
    () => issueKey(caller, { roles: ["billing"] }),
    () => updateKey(caller, { keyId: beyond.key.id, name: "mine" }),
    () => updateKey(caller, { keyId: beyond.key.id, roles: [] }),
    () => updateKey(caller, { keyId: within.key.id, roles: ["billing"] }),
    () => rotateKey(caller, { keyId: beyond.key.id, overlapSeconds: 0 }),
  ])
    await expect(attempt()).rejects.toMatchObject({ kind: "forbidden" });
  expect((await issueKey(caller, { scopes: ["read:invoices", "rotate:keys"] })).key.grant).toEqual([
    "read:invoices",
    "rotate:keys",
  ]);

  const admin = {
    ...callerOf(workspaceId, await issueKey(owner, { scopes: ["platform:*", "*:*"] })),
    scopes: ["platform:*", "*:*"],
  };
  await expect(issueKey(admin, { scopes: ["platform:*"] })).rejects.toMatchObject({ kind: "forbidden" });
  await expect(issueKey(admin, { roles: ["root"] })).rejects.toMatchObject({ kind: "forbidden" });
  expect((await issueKey(admin, { scopes: ["create:keys", "x:y"] })).key.status).toBe("active");
});

test.each([
  ["an unknown platform scope", { scopes: ["read:platform"] }],
  ["a word that is no scope", { scopes: ["everything"] }],
  ["a name of spaces", { name: "   " }],
  ["a name with a control character", { name: "a\u0000b" }],
  ["metadata over 16 KiB", { metadata: { a: "x".repeat(16_384) } }],
  ["metadata nested too deep", { metadata: JSON.parse(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`) }],
  [
    "two limits of one name",
    {
      rateLimits: [
        { limit: 1, windowSeconds: 1 },
        { limit: 2, windowSeconds: 1 },
      ],
    },
  ],
  ["a limit of zero", { rateLimits: [{ limit: 0, windowSeconds: 1 }] }],
  ["a burst without a bucket", { rateLimits: [{ limit: 1, windowSeconds: 1, burst: 2 }] }],
  ["an address that is none", { allowedIps: ["10.1"] }],
  ["an address with a zone", { allowedIps: ["fe80::1%eth0"] }],
  ["a block of more than mapped addresses", { allowedIps: ["::ffff:0:0/90"] }],
  ["an origin with a path", { allowedOrigins: ["https://example.com/app"] }],
  ["any origin", { allowedOrigins: ["*"] }],
  ["an expiry that is no time", { expiresAt: "tomorrow" }],
  ["a field that does not exist", { owner: "me" }],
])("%s is refused by the schema", (_title, wrong) => {
  expect(CreateKey.safeParse({ name: "n", ...wrong }).success).toBe(false);
});

test("a role, customer or expiry that is not there or past is named in the refusal", async () => {
  const { owner } = await createTestWorkspace();
  const other = await createTestWorkspace();
  const foreign = await createCustomer(other.workspaceId, "foreign");
  const wrongs: Parameters<typeof issueKey>[1][] = [
    { roles: ["none"] },
    { customer: foreign.id },
    { expiresAt: "2020-01-01T00:00:00Z" },
  ];
  for (const wrong of wrongs)
    await expect(issueKey(owner, wrong)).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: Object.keys(wrong ?? {})[0] }] },
    });
});

test("a revoked key cannot be changed, rotated or enabled, and revoking it again changes nothing", async () => {
  const { owner } = await createTestWorkspace();
  const { key } = await issueKey(owner);
  const revoked = await revokeKey(owner, { keyId: key.id, reason: "first" });
  expect(Key.parse(revoked)).toEqual(revoked);
  expect(await revokeKey(owner, { keyId: key.id, reason: "second" })).toMatchObject({
    revokeReason: "first",
    revokedAt: revoked.revokedAt,
  });
  for (const late of [
    () => updateKey(owner, { keyId: key.id, disabled: false }),
    () => rotateKey(owner, { keyId: key.id, overlapSeconds: 0 }),
    () => endRotation(owner, { keyId: key.id }),
  ])
    await expect(late()).rejects.toMatchObject({ kind: "conflict" });
  expect(await trail(owner, key.id)).toEqual(["keys.create", "keys.revoke"]);
});

test("many keys are revoked at once, and ids that are not the caller's are answered as not found", async () => {
  const { owner } = await createTestWorkspace();
  const other = await createTestWorkspace();
  const [a, b, foreign] = [await issueKey(owner), await issueKey(owner), await issueKey(other.owner)];
  const ids = [a.key.id, b.key.id, a.key.id, foreign.key.id, "key_none"];
  const both = await Promise.all([
    revokeKeys(owner, { ids, reason: "" }),
    revokeKeys(owner, { ids: ids.reverse(), reason: "" }),
  ]);
  for (const result of both) {
    expect(result.revoked.sort()).toEqual([a.key.id, b.key.id].sort());
    expect(result.notFound.sort()).toEqual([foreign.key.id, "key_none"].sort());
  }
  expect((await readKey(other.owner, foreign.key.id)).status).toBe("active");
  expect(await trail(owner, a.key.id)).toEqual(["keys.create", "keys.revoke"]);
});

test("another workspace's key does not exist, whatever is done with it", async () => {
  const { owner } = await createTestWorkspace();
  const other = await createTestWorkspace();
  const { key } = await issueKey(other.owner);
  for (const attempt of [
    () => readKey(owner, key.id),
    () => updateKey(owner, { keyId: key.id, name: "mine" }),
    () => rotateKey(owner, { keyId: key.id, overlapSeconds: 0 }),
    () => endRotation(owner, { keyId: key.id }),
    () => revokeKey(owner, { keyId: key.id, reason: "" }),
  ])
    await expect(attempt()).rejects.toMatchObject({ kind: "not-found" });
});

test("a customer's key reaches its customer's keys only, and writes nothing that is the provider's", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const [mine, theirs] = [
    await createCustomer(workspaceId, "mine"),
    await createCustomer(workspaceId, "theirs"),
  ];
  const scopes = ["create:keys", "read:keys", "update:keys", "revoke:keys", "read:x"];
  const rateLimits = [{ limit: 5, windowSeconds: 60 }];
  const own = await issueKey(owner, {
    customer: mine.id,
    scopes,
    rateLimits,
    quotas: [{ limit: 9, per: "day" }],
  });
  const caller = callerOf(workspaceId, own);
  const [foreign, provider] = [await issueKey(owner, { customer: theirs.id }), await issueKey(owner)];
  for (const keyId of [foreign.key.id, provider.key.id]) {
    await expect(readKey(caller, keyId)).rejects.toMatchObject({ kind: "not-found" });
    await expect(revokeKey(caller, { keyId, reason: "" })).rejects.toMatchObject({ kind: "not-found" });
  }
  await expect(issueKey(caller, { customer: theirs.id })).rejects.toMatchObject({ kind: "invalid" });
  for (const written of [
    { metadata: {} },
    { externalId: "x" },
    { rateLimits: [] },
    { quotas: [{ limit: 1, per: "day" as const }] },
    { plan: "free" },
  ]) {
    await expect(issueKey(caller, written)).rejects.toMatchObject({ kind: "forbidden" });
    await expect(
      updateKey(caller, { keyId: own.key.id, ...CreateKey.partial().parse(written) }),
    ).rejects.toMatchObject({ kind: "forbidden" });
  }
  await expect(updateKey(caller, { keyId: own.key.id, plan: null })).rejects.toMatchObject({
    kind: "forbidden",
  });
  const made = await issueKey(caller, { labels: ["ours"], scopes: ["read:x"] });
  expect(made.key).toMatchObject({
    customer: mine.id,
    labels: ["ours"],
    quotas: [{ limit: 9, per: "day" }],
    createdBy: own.key.id,
  });
  expect(made.key.rateLimits).toMatchObject(rateLimits);
});

test("changes made at once to different fields all hold, and a change that changes nothing leaves no trace", async () => {
  const { owner } = await createTestWorkspace();
  const { key } = await issueKey(owner);
  const changes = [
    { labels: ["a"] },
    { metadata: { b: 1, a: 2 } },
    { allowedIps: ["10.0.0.0/8"] },
    { disabled: true },
  ];
  await Promise.all(changes.map((change) => updateKey(owner, { keyId: key.id, ...change })));
  expect(await readKey(owner, key.id)).toMatchObject({
    labels: ["a"],
    metadata: { a: 2, b: 1 },
    allowedIps: ["10.0.0.0/8"],
    status: "disabled",
  });
  const before = await trail(owner, key.id);
  await updateKey(owner, { keyId: key.id, metadata: { a: 2, b: 1 }, disabled: true, labels: ["a"] });
  expect(await trail(owner, key.id)).toEqual(before);
  expect(before.slice(1).sort()).toEqual(["keys.disable", "keys.update", "keys.update", "keys.update"]);
});
