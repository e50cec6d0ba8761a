import { expect, test } from "vitest";
import type { Actor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { listKeys } from "@/lib/keys/reading/list";
import { revokeKey } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { KeyPage, KeySort, ListKeys } from "@/lib/keys/reading/schema";
import { updateKey } from "@/lib/keys/update";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function names(actor: Actor, query: Record<string, unknown>): Promise<string[]> {
  const page = await listKeys(actor, ListKeys.parse({ limit: 100, ...query }));
  expect(KeyPage.parse(page)).toEqual(page);
  return page.items.map((key) => key.name).sort();
}

test("in every order the pages together hold each key once, and say how many there are", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  for (let index = 0; index < 7; index += 1) {
    const { key } = await issueKey(owner, { name: `key ${(index * 5) % 7}` });
    const lastUsedAt = index % 2 === 0 ? new Date(Date.UTC(2026, 0, 1 + (index % 4))) : null;
    await db().key.update({
      where: { workspaceId_id: { workspaceId, id: key.id } },
      data: { lastUsedAt, createdAt: new Date(Date.UTC(2026, 1, index % 3)) },
    });
  }
  for (const sort of KeySort.options) {
    const whole = await listKeys(owner, ListKeys.parse({ sort }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: KeyPage = await listKeys(
        owner,
        ListKeys.parse({ sort, limit: 2, ...(cursor === null ? {} : { cursor }) }),
      );
      expect(page.total).toBe(7);
      seen.push(...page.items.map((key) => key.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole.items.map((key) => key.id));
    expect(new Set(seen).size).toBe(7);
  }
  const byName = await listKeys(owner, ListKeys.parse({ sort: "name" }));
  expect(byName.items.map((key) => key.name)).toEqual(byName.items.map((key) => key.name).sort());
  const byUse = (await listKeys(owner, ListKeys.parse({ sort: "lastUsed" }))).items.map(
    (key) => key.lastUsedAt ?? "",
  );
  expect(byUse).toEqual([...byUse].sort().reverse());
});

test("a cursor of another order, a made-up one and an unknown parameter are refused", async () => {
  const { owner } = await createTestWorkspace();
  await issueKey(owner);
  await issueKey(owner);
  const { nextCursor } = await listKeys(owner, ListKeys.parse({ limit: 1 }));
  for (const cursor of [nextCursor ?? "", "nonsense"])
    await expect(listKeys(owner, ListKeys.parse({ sort: "name", cursor }))).rejects.toMatchObject({
      kind: "bad-request",
    });
  expect(ListKeys.safeParse({ statuses: "active" }).success).toBe(false);
});

test("each status lists the keys that have it and no others", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const ids = Object.fromEntries(
    await Promise.all(
      ["active", "rotating", "disabled", "revoked", "expired"].map(
        async (name) => [name, (await issueKey(owner, { name })).key.id] as const,
      ),
    ),
  );
  await rotateKey(owner, { keyId: ids.rotating ?? "", overlapSeconds: 60 });
  await rotateKey(owner, { keyId: ids.active ?? "", overlapSeconds: 0 });
  await updateKey(owner, { keyId: ids.disabled ?? "", disabled: true });
  await revokeKey(owner, { keyId: ids.revoked ?? "", reason: "" });
  await db().key.update({
    where: { workspaceId_id: { workspaceId, id: ids.expired ?? "" } },
    data: { expiresAt: new Date(Date.now() - 1_000) },
  });
  for (const status of Object.keys(ids)) {
    const page = await listKeys(owner, ListKeys.parse({ status }));
    expect(page.items.map((key) => [key.name, key.status])).toEqual([[status, status]]);
    expect(page.total).toBe(1);
  }
});

test("a search finds keys by part of name, id, external id, by label, last four, mask and whole value, and takes % and _ literally", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const customer = await db().customer.create({
    data: { workspaceId, id: newId("cus"), externalId: "ext", name: "C" },
  });
  const a = await issueKey(owner, {
    name: "Billing 100%",
    labels: ["eu"],
    externalId: "sub_42",
    scopes: ["read:x"],
  });
  const b = await issueKey(owner, { name: "Reports_x", customer: customer.id, environment: "test" });
  for (const q of [
    "billing",
    "100%",
    a.key.id,
    a.key.id.slice(4, 20),
    "SUB_4",
    "eu",
    a.secret.slice(-4),
    a.key.masked,
    a.key.masked.replace("…", "..."),
    a.secret,
  ])
    expect(await names(owner, { q }), q).toEqual(["Billing 100%"]);
  expect(await names(owner, { q: "s_x" })).toEqual(["Reports_x"]);
  for (const q of ["billing_100", "%", "nothing"])
    expect(await names(owner, { q }), q).toEqual(q === "%" ? ["Billing 100%"] : []);
  for (const query of [{ customer: customer.id }, { customer: "ext" }, { environment: "test" }])
    expect(await names(owner, query)).toEqual([b.key.name]);
  expect(await names(owner, { scope: "read:x" })).toEqual([a.key.name]);
  expect(await names(owner, {})).toHaveLength(2);
});

test("another workspace's and another customer's keys are on no list", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const other = await createTestWorkspace();
  await issueKey(other.owner);
  await issueKey(owner);
  expect(await names(owner, {})).toHaveLength(1);
  const bound = {
    kind: "key" as const,
    workspaceId,
    keyId: "key_x",
    secretId: "x",
    name: "x",
    customerId: "cus_x",
    scopes: ["read:keys"],
    address: null,
  };
  expect(await names(bound, {})).toEqual([]);
});
