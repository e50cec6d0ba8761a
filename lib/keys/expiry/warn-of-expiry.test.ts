import { beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { warnOfExpiry } from "@/lib/keys/expiry/warn-of-expiry";
import { revokeKey } from "@/lib/keys/revoke";
import { updateKey } from "@/lib/keys/update";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const dayMs = 86_400_000;
let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createTestWorkspace();
});

const inDays = (days: number) => new Date(Date.now() + days * dayMs);

function expiringIn(days: number, input: Parameters<typeof issueKey>[1] = {}) {
  return issueKey(workspace.owner, { ...input, expiresAt: inDays(days).toISOString() });
}

/** Thresholds warned of so far, in order. */
async function warnings(keyId: string): Promise<unknown[]> {
  const events = await db().event.findMany({
    where: { workspaceId: workspace.workspaceId, type: "key.expiring", subject: keyId },
    orderBy: { seq: "asc" },
  });
  return events.map(({ data }) =>
    typeof data === "object" && data !== null && "threshold" in data ? data.threshold : null,
  );
}

test("a key is warned of seven days and one day before it expires, once each however often somebody looks", async () => {
  const { key } = await expiringIn(30);
  for (const [daysFromNow, told] of [
    [22, []],
    [23.01, ["7d"]],
    [25, ["7d"]],
    [29.01, ["7d", "1d"]],
    [29.9, ["7d", "1d"]],
    [25, ["7d", "1d"]],
    [31, ["7d", "1d"]],
  ] as const) {
    await warnOfExpiry(inDays(daysFromNow));
    expect([daysFromNow, await warnings(key.id)]).toEqual([daysFromNow, told]);
  }
});

test("many lookers at once tell once", async () => {
  const { key } = await expiringIn(3);
  await Promise.all([1, 2, 3, 4, 5].map(() => warnOfExpiry()));
  expect(await warnings(key.id)).toEqual(["7d"]);
});

test("a key that has less than a day to live is warned of once, and one whose expiry is moved anew", async () => {
  const { key } = await expiringIn(0.5);
  await warnOfExpiry();
  expect(await warnings(key.id)).toEqual(["1d"]);
  await updateKey(workspace.owner, { keyId: key.id, expiresAt: inDays(6).toISOString() });
  await warnOfExpiry();
  expect(await warnings(key.id)).toEqual(["1d", "7d"]);
});

test("nobody is warned of keys that are revoked, disabled, of a disabled customer, expired or without an expiry", async () => {
  const { owner, workspaceId } = workspace;
  const customer = await db().customer.create({
    data: { workspaceId, id: newId("cus"), externalId: newId("cus"), name: "Off", disabledAt: new Date() },
  });
  const revoked = await expiringIn(2);
  await revokeKey(owner, { keyId: revoked.key.id, reason: "" });
  const disabled = await expiringIn(2);
  await updateKey(owner, { keyId: disabled.key.id, disabled: true });
  const ofDisabled = await expiringIn(2, { customer: customer.id });
  const endless = await issueKey(owner);
  const later = await expiringIn(8);
  await warnOfExpiry();
  for (const { key } of [revoked, disabled, ofDisabled, endless, later])
    expect(await warnings(key.id)).toEqual([]);
  await updateKey(owner, { keyId: disabled.key.id, disabled: false });
  await warnOfExpiry();
  expect(await warnings(disabled.key.id)).toEqual(["7d"]);
});

test("the event names key, customer and expiry, and holds no part of the secret", async () => {
  const { workspaceId } = workspace;
  const customer = await db().customer.create({
    data: { workspaceId, id: newId("cus"), externalId: newId("cus"), name: "C" },
  });
  const { key, secret } = await expiringIn(5, { customer: customer.id, environment: "test" });
  await warnOfExpiry();
  const [event] = await db().event.findMany({ where: { workspaceId, subject: key.id } });
  expect(event).toMatchObject({
    type: "key.expiring",
    customerId: customer.id,
    data: {
      name: key.name,
      environment: "test",
      expiresAt: key.expiresAt,
      threshold: "7d",
      lastUsedAt: null,
    },
  });
  expect(JSON.stringify(event?.data)).not.toContain(secret.slice(-4));
});

test("more keys than one transaction takes are all warned of", async () => {
  const { workspaceId } = await createTestWorkspace();
  await db().key.createMany({
    data: Array.from({ length: 450 }, () => {
      const id = newId("key");
      return { workspaceId, id, name: id, environment: "live", createdBy: "system", expiresAt: inDays(4) };
    }),
  });
  await warnOfExpiry();
  expect(await db().event.count({ where: { workspaceId, type: "key.expiring" } })).toBe(450);
});
