import { expect, test, vi } from "vitest";
import { forgetOldAnswers, onceFrom } from "@/lib/api/idempotency/idempotency";
import { useSecrets } from "@/lib/crypto/subkey";
import { db } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { hashPoolState } from "@/lib/keys/hashing/hash-pool";
import { rotateKey } from "@/lib/keys/rotate";
import { CreateKey } from "@/lib/keys/changes/schema";
import { addCustomer } from "@/lib/testing/customer";
import { testSecret } from "@/lib/testing/run/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function scene(input: Partial<CreateKey> = {}) {
  const { owner, workspaceId } = await createTestWorkspace();
  const call = { ...CreateKey.parse({ name: "once" }), ...input };
  const once = onceFrom("k-1", { operation: "createKey", input: call });
  const create = () => createKey(owner, { ...call, once });
  return { owner, workspaceId, create };
}

/** As if the answers of a workspace had been given so many hours ago. */
function age(workspaceId: string, hours: number) {
  return db().$executeRaw`
    update idempotent_answer set created_at = now() - make_interval(hours => ${hours}::int) where workspace_id = ${workspaceId}`;
}

test("a repeat costs no bcrypt, and many at once make one key", async () => {
  const { create, workspaceId } = await scene();
  const first = await create();
  const hashes = hashPoolState().finished;
  expect(await Promise.all([create(), create(), create()])).toEqual([first, first, first]);
  expect(hashPoolState().finished).toBe(hashes);
  expect(await db().key.count({ where: { workspaceId } })).toBe(1);
});

test("a repeat gets the first answer also when what it asked for would be refused by now", async () => {
  const expiresAt = new Date(Date.now() + 300).toISOString();
  const { create } = await scene({ expiresAt });
  const first = await create();
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(Date.parse(expiresAt)));
  expect(await create()).toEqual(first);
});

test("a person on several sides gets on each of them that side's answer", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const customers = [await addCustomer(owner), await addCustomer(owner)];
  const call = CreateKey.parse({ name: "production" });
  const once = onceFrom("k-1", { operation: "createKey", input: call });
  const sides = [owner, ...customers.map(({ id }) => ({ ...owner, customerId: id }))];
  const holders: (string | null)[] = [];
  for (const side of sides) holders.push((await createKey(side, { ...call, once })).key.customer);
  expect(holders).toEqual([null, ...customers.map(({ id }) => id)]);
  expect(await db().key.count({ where: { workspaceId } })).toBe(3);
});

test("after 24 hours the Idempotency-Key is free again, and the answer with the secret in it is gone", async () => {
  const { owner, workspaceId, create } = await scene();
  const { key } = await create();
  await age(workspaceId, 23);
  expect((await create()).key.id).toBe(key.id);
  await age(workspaceId, 25);
  await forgetOldAnswers();
  expect(await db().idempotentAnswer.count({ where: { workspaceId } })).toBe(0);
  await expect(create()).rejects.toMatchObject({ kind: "conflict" });
  expect((await rotateKey(owner, { keyId: key.id, overlapSeconds: 0 })).key.id).toBe(key.id);
});

test("an answer that is past and not yet deleted is not given again", async () => {
  const { workspaceId, create } = await scene();
  await create();
  await age(workspaceId, 25);
  await expect(create()).rejects.toMatchObject({ kind: "conflict", message: "A key with that name exists." });
});

test("a kept answer is sealed: it is read under the previous secret, and without it the repeat is a conflict", async () => {
  const { workspaceId, create } = await scene();
  const first = await create();
  const [kept] = await db().idempotentAnswer.findMany({ where: { workspaceId } });
  expect(Buffer.from(kept?.answer ?? []).includes(first.secret)).toBe(false);
  try {
    useSecrets({ current: "n".repeat(40), previous: [testSecret] });
    expect(await create()).toEqual(first);
    useSecrets({ current: "n".repeat(40), previous: [] });
    await expect(create()).rejects.toMatchObject({ kind: "conflict" });
  } finally {
    useSecrets({ current: testSecret, previous: [] });
  }
});

test("a kept answer that this version cannot read is a conflict and makes nothing new", async () => {
  const { workspaceId, create } = await scene();
  await create();
  const [kept] = await db().idempotentAnswer.findMany({ where: { workspaceId } });
  const broken = new Uint8Array(Buffer.from(kept?.answer ?? []).fill(0, 0, 4));
  await db().idempotentAnswer.updateMany({ where: { workspaceId }, data: { answer: broken } });
  await expect(create()).rejects.toMatchObject({ kind: "conflict" });
  expect(await db().key.count({ where: { workspaceId } })).toBe(1);
});
