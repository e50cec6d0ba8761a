import { afterEach, expect, test, vi } from "vitest";
import bcrypt from "bcryptjs";
import { Worker } from "node:worker_threads";
import { Problem } from "@/lib/api/problem";
import { env } from "@/lib/env";
import { closeHashPool, compareText, hashPoolState, hashText } from "@/lib/keys/hashing/hash-pool";

afterEach(closeHashPool);

test("a text fits the hash made of it and no other", async () => {
  const hash = await hashText("a text");
  expect(bcrypt.compareSync("a text", hash)).toBe(true);
  expect(await compareText("a text", hash)).toBe(true);
  expect(await compareText("another text", hash)).toBe(false);
});

test("a hash that is none fits nothing and breaks nothing", async () => {
  expect(await compareText("a text", "not a hash")).toBe(false);
  expect(await compareText("a text", await hashText("a text"))).toBe(true);
});

test("text that bcrypt would cut is refused", async () => {
  await expect(hashText("x".repeat(73))).rejects.toThrow("72 bytes");
});

test("no more workers run than HASH_WORKERS says, and the event loop stays free meanwhile", async () => {
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  const slow = bcrypt.hashSync("x", 4).replace("$04$", "$10$");
  await Promise.all(Array.from({ length: 6 }, () => compareText("x", slow)));
  clearInterval(ticking);
  expect(hashPoolState().workers).toBe(env().HASH_WORKERS);
  expect(turns).toBeGreaterThan(20);
});

test("when the queue is full the next job is told to come back, and the waiting ones finish", async () => {
  const capacity = env().HASH_WORKERS * 51;
  const results = await Promise.allSettled(Array.from({ length: capacity + 5 }, () => hashText("x")));
  const refused = results.filter((result) => result.status === "rejected").map((result) => result.reason);
  expect(refused).toHaveLength(5);
  for (const reason of refused) {
    expect(reason).toBeInstanceOf(Problem);
    expect(reason).toMatchObject({ kind: "unavailable", extra: { retryAfterSeconds: 2 } });
  }
});

test("a worker that dies is replaced and its job is done by another", async () => {
  const slow = bcrypt.hashSync("x", 4).replace("$04$", "$11$");
  const post = vi.spyOn(Worker.prototype, "postMessage");
  const jobs = [compareText("x", slow), compareText("y", slow)];
  await vi.waitFor(() => expect(post).toHaveBeenCalledTimes(2));
  const [victim] = post.mock.contexts;
  post.mockRestore();
  expect(victim).toBeInstanceOf(Worker);
  if (victim instanceof Worker) await victim.terminate();
  expect(await Promise.all(jobs)).toEqual([false, false]);
  expect(await compareText("a", await hashText("a"))).toBe(true);
});

test("a job that kills every worker it meets is refused, and the pool lives on", async () => {
  const slow = bcrypt.hashSync("x", 4).replace("$04$", "$12$");
  const post = vi.spyOn(Worker.prototype, "postMessage");
  const job = compareText("x", slow);
  const outcome = expect(job).rejects.toMatchObject({ kind: "unavailable" });
  for (const attempt of [1, 2]) {
    await vi.waitFor(() => expect(post).toHaveBeenCalledTimes(attempt));
    const worker = post.mock.contexts[attempt - 1];
    if (worker instanceof Worker) await worker.terminate();
  }
  await outcome;
  post.mockRestore();
  expect(await compareText("a", await hashText("a"))).toBe(true);
});
