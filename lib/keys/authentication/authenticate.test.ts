import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bus, useBus } from "@/lib/bus/bus";
import { memoryBus } from "@/lib/bus/memory";
import { sql } from "@/lib/db/client";
import { randomBase62 } from "@/lib/db/id";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { newValue, withCheck } from "@/lib/keys/authentication/check";
import { failuresPerIdMax } from "@/lib/keys/authentication/failure-limit";
import { forgetSecrets, refreshAfterMs, rowLifeMs } from "@/lib/keys/authentication/warm-secrets";
import { hashPoolState } from "@/lib/keys/hashing/hash-pool";
import { revokeKey } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { endRotation } from "@/lib/keys/changes/rotation";
import { updateKey } from "@/lib/keys/update";
import type { Authentication } from "@/lib/keys/authentication/verified-key";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const query = vi.spyOn(sql(), "query");

beforeEach(() => {
  forgetSecrets();
  query.mockClear();
});

afterEach(() => {
  vi.useRealTimers();
  useBus(memoryBus());
});

/** What a warm secret answers, without waiting. */
function now(value: string): Authentication {
  const result = authenticateSecret(value);
  if (result instanceof Promise) throw new Error("not warm");
  return result;
}

function at(time: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: time });
}

test("after its first success a key is known without waiting, without a query and without bcrypt", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner, { scopes: ["write:x", "read:x"], labels: ["a"] });
  query.mockClear();
  const first = await authenticateSecret(secret);
  expect(first).toMatchObject({
    ok: true,
    key: { keyId: key.id, name: key.name, scopes: ["read:x", "write:x"], prefix: "lk_live" },
  });
  const [queries, hashes] = [query.mock.calls.length, hashPoolState().finished];
  expect(queries).toBe(1);
  for (let call = 0; call < 100; call += 1) expect(now(secret)).toEqual(first);
  expect([query.mock.calls.length, hashPoolState().finished]).toEqual([queries, hashes]);
});

test("a hundred first calls with one key cost one query and one bcrypt", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner);
  query.mockClear();
  const hashes = hashPoolState().finished;
  const results = await Promise.all(Array.from({ length: 100 }, () => authenticateSecret(secret)));
  expect(results.every((result) => result.ok)).toBe(true);
  expect(query).toHaveBeenCalledTimes(1);
  expect(hashPoolState().finished).toBe(hashes + 1);
});

test("ten thousand forged and mistyped keys cost no query and no bcrypt, warm id or not", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner);
  await authenticateSecret(secret);
  query.mockClear();
  const hashes = hashPoolState().finished;
  const startedAt = performance.now();
  for (let attempt = 0; attempt < 5_000; attempt += 1) {
    expect(now(`lk_live_${randomBase62(59)}`)).toEqual({ ok: false, code: "MALFORMED", key: null });
    expect(now(secret.slice(0, -20) + randomBase62(20))).toEqual({ ok: false, code: "MALFORMED", key: null });
  }
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(query).not.toHaveBeenCalled();
  expect(hashPoolState().finished).toBe(hashes);
  expect(now(secret).ok).toBe(true);
});

test("a well-formed key that was never issued is looked for once", async () => {
  const { value } = newValue("lk", "live");
  expect(await authenticateSecret(value)).toEqual({ ok: false, code: "NOT_FOUND", key: null });
  query.mockClear();
  expect(now(value)).toEqual({ ok: false, code: "NOT_FOUND", key: null });
  expect(query).not.toHaveBeenCalled();
});

test("wrong secrets under a real id and a genuine check are wrong, and cost a bounded number of bcrypts", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner);
  const hashes = hashPoolState().finished;
  const forged = Array.from({ length: failuresPerIdMax + 15 }, () => forgedFor(secret));
  const results = await Promise.all(forged.map((value) => authenticateSecret(value)));
  const codes = results.map((result) => (result.ok ? "OK" : result.code));
  expect(codes.filter((code) => code === "NOT_FOUND")).toHaveLength(failuresPerIdMax);
  expect(codes.filter((code) => code === "BUSY")).toHaveLength(15);
  expect(hashPoolState().finished).toBe(hashes + failuresPerIdMax);
});

test("a warm key is not shut out by wrong secrets under its id", async () => {
  const { owner } = await createTestWorkspace();
  const { secret } = await issueKey(owner);
  await authenticateSecret(secret);
  await Promise.all(Array.from({ length: 20 }, () => authenticateSecret(forgedFor(secret))));
  expect(now(secret).ok).toBe(true);
});

test("a revoked, disabled, renamed or rotated key is known as such on the very next call", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  await authenticateSecret(secret);
  const hashes = hashPoolState().finished;
  await updateKey(owner, { keyId: key.id, name: "renamed", disabled: true });
  expect(await authenticateSecret(secret)).toMatchObject({
    ok: false,
    code: "DISABLED",
    key: { name: "renamed" },
  });
  await updateKey(owner, { keyId: key.id, disabled: false });
  expect(await authenticateSecret(secret)).toMatchObject({ ok: true });
  await revokeKey(owner, { keyId: key.id, reason: "" });
  expect(await authenticateSecret(secret)).toMatchObject({ ok: false, code: "REVOKED" });
  expect(now(secret)).toMatchObject({ ok: false, code: "REVOKED", key: { keyId: key.id } });
  expect(hashPoolState().finished).toBe(hashes);
});

test("both secrets work through the overlap, and the old one stops when it is ended", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  await authenticateSecret(secret);
  const rotated = await rotateKey(owner, { keyId: key.id, overlapSeconds: 3_600 });
  for (const value of [secret, rotated.secret])
    expect(await authenticateSecret(value)).toMatchObject({ ok: true, key: { keyId: key.id } });
  await endRotation(owner, { keyId: key.id });
  expect(await authenticateSecret(secret)).toMatchObject({ ok: false, code: "EXPIRED" });
  expect(await authenticateSecret(rotated.secret)).toMatchObject({ ok: true });
});

test("expiry and the end of an overlap hold by the clock, without a query", async () => {
  const { owner } = await createTestWorkspace();
  const start = Date.now();
  const expiring = await issueKey(owner, { expiresAt: new Date(start + 20_000).toISOString() });
  const rotating = await issueKey(owner);
  const { secret: next } = await rotateKey(owner, { keyId: rotating.key.id, overlapSeconds: 20 });
  for (const value of [expiring.secret, rotating.secret, next]) await authenticateSecret(value);
  query.mockClear();
  at(start + 19_000);
  for (const value of [expiring.secret, rotating.secret, next]) expect(now(value).ok).toBe(true);
  at(start + 25_000);
  expect(now(expiring.secret)).toMatchObject({ code: "EXPIRED" });
  expect(now(rotating.secret)).toMatchObject({ code: "EXPIRED" });
  expect(now(next).ok).toBe(true);
  expect(query).not.toHaveBeenCalled();
});

test("a read that began before a revocation does not bring the key back, whoever waited for it", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  await authenticateSecret(secret);
  await updateKey(owner, { keyId: key.id, name: "makes the row stale" });
  const held = holdNextRead();
  const waiting = [authenticateSecret(secret), authenticateSecret(secret)];
  await held.read;
  await revokeKey(owner, { keyId: key.id, reason: "leaked" });
  held.release();
  for (const result of await Promise.all(waiting))
    expect(result).toMatchObject({ ok: false, code: "REVOKED" });
  expect(await authenticateSecret(secret)).toMatchObject({ ok: false, code: "REVOKED" });
});

test("a first check that was under way when the key was revoked does not bring it back", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  const held = holdNextRead();
  const waiting = authenticateSecret(secret);
  await held.read;
  await revokeKey(owner, { keyId: key.id, reason: "leaked" });
  held.release();
  expect(await waiting).toMatchObject({ ok: false, code: "REVOKED" });
});

test("when messages were missed every row is read again, and nothing is hashed again", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  await authenticateSecret(secret);
  await sql().query("update api_key set revoked_at = now() where id = $1", [key.id]);
  expect(now(secret).ok).toBe(true);
  const hashes = hashPoolState().finished;
  await bus().publish({ kind: "messages-missed" });
  expect(await authenticateSecret(secret)).toMatchObject({ code: "REVOKED" });
  expect(hashPoolState().finished).toBe(hashes);
});

test("while the bus is deaf a change elsewhere is in force within five seconds, else within a minute", async () => {
  for (const [healthy, lifeMs] of [
    [false, rowLifeMs.deaf],
    [true, rowLifeMs.healthy],
  ] as const) {
    vi.useRealTimers();
    useBus({ ...memoryBus(), healthy: () => healthy });
    const { owner } = await createTestWorkspace();
    const { key, secret } = await issueKey(owner);
    await authenticateSecret(secret);
    const readAt = Date.now();
    await sql().query("update api_key set revoked_at = now() where id = $1", [key.id]);
    at(readAt + Math.min(lifeMs, refreshAfterMs) - 1_000);
    expect(now(secret).ok).toBe(true);
    at(readAt + lifeMs);
    expect(await authenticateSecret(secret)).toMatchObject({ code: "REVOKED" });
  }
});

test("a row in use is read again in the background before anybody has to wait for it", async () => {
  const { owner } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  await authenticateSecret(secret);
  await sql().query("update api_key set revoked_at = now() where id = $1", [key.id]);
  at(Date.now() + refreshAfterMs + 1_000);
  expect(now(secret).ok).toBe(true);
  await vi.waitFor(() => expect(now(secret)).toMatchObject({ code: "REVOKED" }));
});

test("a database that does not answer is said to be unavailable, and warm keys go on", async () => {
  const { owner } = await createTestWorkspace();
  const [warm, cold] = [await issueKey(owner), await issueKey(owner)];
  await authenticateSecret(warm.secret);
  query.mockImplementationOnce(() => {
    throw new Error("Connection terminated");
  });
  await expect(authenticateSecret(cold.secret)).rejects.toMatchObject({ kind: "unavailable" });
  expect(now(warm.secret).ok).toBe(true);
  expect(await authenticateSecret(cold.secret)).toMatchObject({ ok: true });
});

/** A value with the id of `secret`, another secret, and a check that is genuine: the checks' key leaked. */
function forgedFor(secret: string): string {
  const body = secret.slice(0, -(32 + 11));
  return withCheck(body + randomBase62(32));
}

/** Lets the next read of a row finish in the database and then holds its answer. */
function holdNextRead() {
  const original = query.getMockImplementation() ?? Reflect.get(Object.getPrototypeOf(sql()), "query");
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  let arrived = () => {};
  const read = new Promise<void>((resolve) => (arrived = resolve));
  const hold = async (...given: unknown[]) => {
    const answer = await Reflect.apply(original, sql(), given);
    arrived();
    await gate;
    return answer;
  };
  Reflect.apply(query.mockImplementationOnce, query, [hold]);
  return { read, release: () => release() };
}
