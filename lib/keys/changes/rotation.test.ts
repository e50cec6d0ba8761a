import { expect, test } from "vitest";
import { onceFrom } from "@/lib/api/idempotency/idempotency";
import { db } from "@/lib/db/client";
import { readKey } from "@/lib/keys/reading/read";
import { revokeKey } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { endRotation, extendRotation } from "@/lib/keys/changes/rotation";
import { KeyDetail } from "@/lib/keys/schema";
import { issueKey } from "@/lib/testing/issue-key";
import { outcomes } from "@/lib/testing/outcomes";
import { trail } from "@/lib/testing/recorded/trail";
import { createTestWorkspace } from "@/lib/testing/workspace";

function workingSecrets(keyId: string) {
  return db().secret.count({
    where: { keyId, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
  });
}

test("of two rotations at once with an overlap one issues a secret, the other is told of the overlap", async () => {
  const { owner } = await createTestWorkspace();
  const { key } = await issueKey(owner);
  const rotate = () => rotateKey(owner, { keyId: key.id, overlapSeconds: 60 });
  expect(await outcomes([rotate(), rotate(), rotate()])).toEqual({ ok: 1, conflict: 2 });
  expect(await workingSecrets(key.id)).toBe(2);
  expect(await trail(owner, key.id)).toEqual(["keys.create", "keys.rotate"]);
});

test("a rotation without overlap stops every older secret, also inside an overlap and twice at once", async () => {
  const { owner } = await createTestWorkspace();
  const { key } = await issueKey(owner);
  await rotateKey(owner, { keyId: key.id, overlapSeconds: 60 });
  await Promise.all([
    rotateKey(owner, { keyId: key.id, overlapSeconds: 0 }),
    rotateKey(owner, { keyId: key.id, overlapSeconds: 0 }),
  ]);
  expect(await workingSecrets(key.id)).toBe(1);
  const detail = await readKey(owner, key.id);
  expect(KeyDetail.parse(detail)).toEqual(detail);
  expect(detail).toMatchObject({ id: key.id, name: key.name, status: "active", rotation: null });
  expect(detail.secrets).toHaveLength(4);
});

test("a rotation repeated under one Idempotency-Key issues one secret", async () => {
  const { owner } = await createTestWorkspace();
  const { key } = await issueKey(owner);
  const call = { keyId: key.id, overlapSeconds: 60 };
  const once = onceFrom("r", { operation: "rotateKey", input: call });
  const both = await Promise.all([rotateKey(owner, { ...call, once }), rotateKey(owner, { ...call, once })]);
  expect(both[0]?.secret).toBe(both[1]?.secret);
  expect(await workingSecrets(key.id)).toBe(2);
});

test("whoever is first, a key that is revoked while it is rotated ends up revoked", async () => {
  const { owner } = await createTestWorkspace();
  for (let round = 0; round < 5; round += 1) {
    const { key } = await issueKey(owner);
    const result = await outcomes([
      rotateKey(owner, { keyId: key.id, overlapSeconds: 60 }),
      revokeKey(owner, { keyId: key.id, reason: "leaked" }),
    ]);
    expect(["ok", "conflict"]).toEqual(expect.arrayContaining(Object.keys(result)));
    expect(await readKey(owner, key.id)).toMatchObject({
      status: "revoked",
      revokeReason: "leaked",
      rotation: null,
    });
  }
});

test("an overlap is shown, can be moved and ended, and one that is over does not come back", async () => {
  const { owner } = await createTestWorkspace();
  const first = await issueKey(owner);
  const { key, secret } = await rotateKey(owner, { keyId: first.key.id, overlapSeconds: 60 });
  expect(key).toMatchObject({
    status: "rotating",
    rotation: { oldSecret: { masked: first.key.masked }, newSecret: { lastFour: secret.slice(-4) } },
  });
  const moved = await extendRotation(owner, { keyId: key.id, overlapSeconds: 86_400 });
  expect(new Date(moved.rotation?.endsAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 86_000_000);
  expect(await endRotation(owner, { keyId: key.id })).toMatchObject({ status: "active", rotation: null });
  for (const late of [
    () => endRotation(owner, { keyId: key.id }),
    () => extendRotation(owner, { keyId: key.id, overlapSeconds: 60 }),
  ])
    await expect(late()).rejects.toMatchObject({ kind: "not-found" });
  expect(await trail(owner, key.id)).toEqual([
    "keys.create",
    "keys.rotate",
    "keys.extend-rotation",
    "keys.end-rotation",
  ]);
});
