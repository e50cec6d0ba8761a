import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { forgetSecrets } from "@/lib/keys/authentication/warm-secrets";
import { hashPoolState } from "@/lib/keys/hashing/hash-pool";
import { revokeKey } from "@/lib/keys/revoke";
import { updateKey } from "@/lib/keys/update";
import { closeRedis, redis } from "@/lib/redis/client";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { issueKey } from "@/lib/testing/issue-key";
import { startRedis, type Part } from "@/lib/testing/servers/parts";
import { severableDatabase, type SeverableDatabase } from "@/lib/testing/servers/severable-database";
import { createTestWorkspace } from "@/lib/testing/workspace";

let server: Part;
let line: SeverableDatabase;
let restore: () => void;

beforeAll(async () => {
  server = await startRedis();
  line = await severableDatabase(server.url);
  restore = changeEnvironment({ REDIS_URL: line.url });
  await vi.waitFor(() => expect(redis()?.status).toBe("ready"));
});

afterAll(async () => {
  closeRedis();
  restore();
  await line.close();
  await server.stop();
});

/** A key that passed bcrypt once, as a process that starts anew finds it. */
async function provenKey() {
  const { owner } = await createTestWorkspace();
  const issued = await issueKey(owner);
  await authenticateSecret(issued.secret);
  const slot = `latchkey:proof:${issued.secret.slice(8, 24)}`;
  await vi.waitFor(async () => expect(await redis()?.exists(slot)).toBe(1));
  forgetSecrets();
  return { owner, slot, ...issued };
}

test("a process that starts anew takes Redis' word and pays no bcrypt", async () => {
  const { secret, slot } = await provenKey();
  const hashes = hashPoolState().finished;
  expect(await authenticateSecret(secret)).toMatchObject({ ok: true });
  expect(hashPoolState().finished).toBe(hashes);
  expect(await redis()?.ttl(slot)).toBeGreaterThan(80_000);
});

test("a change of the key leaves Redis' word behind, and the process that knows the key renews it", async () => {
  const { owner, key, secret } = await provenKey();
  await updateKey(owner, { keyId: key.id, labels: ["a"] });
  const hashes = hashPoolState().finished;
  await authenticateSecret(secret);
  expect(hashPoolState().finished).toBe(hashes + 1);
  await updateKey(owner, { keyId: key.id, labels: ["b"] });
  await authenticateSecret(secret);
  await vi.waitFor(async () => {
    forgetSecrets();
    expect(await authenticateSecret(secret)).toMatchObject({ ok: true });
    expect(hashPoolState().finished).toBe(hashes + 1);
  });
});

test("Redis never brings a revoked key back", async () => {
  const { owner, key, secret } = await provenKey();
  await revokeKey(owner, { keyId: key.id, reason: "" });
  expect(await authenticateSecret(secret)).toMatchObject({ ok: false, code: "REVOKED" });
});

test("writing to Redis grants nothing: a copied, made-up or foreign entry costs bcrypt and is judged by it", async () => {
  const one = await provenKey();
  const two = await provenKey();
  const copied = (await redis()?.get(one.slot)) ?? "";
  for (const forged of [copied, "A".repeat(43), "", "ü"]) {
    await redis()?.set(two.slot, forged);
    forgetSecrets();
    const hashes = hashPoolState().finished;
    expect(await authenticateSecret(two.secret)).toMatchObject({ ok: true, key: { keyId: two.key.id } });
    expect(hashPoolState().finished).toBe(hashes + 1);
  }
});

test("what is kept in Redis holds neither the value nor a hash of it alone", async () => {
  const { secret, slot } = await provenKey();
  const kept = (await redis()?.get(slot)) ?? "";
  expect(kept).toHaveLength(43);
  expect(kept).not.toContain(secret.slice(24, 56));
});

test("while Redis is away keys are checked by bcrypt", async () => {
  const { secret } = await provenKey();
  line.sever();
  await vi.waitFor(() => expect(redis()?.status).not.toBe("ready"));
  expect(await authenticateSecret(secret)).toMatchObject({ ok: true });
  line.restore();
  await vi.waitFor(() => expect(redis()?.status).toBe("ready"), { timeout: 5_000 });
});
