import { createHash, createHmac, hash, timingSafeEqual } from "node:crypto";
import { Problem } from "@/lib/api/problem";
import { subkey } from "@/lib/crypto/subkey";
import { createFailureLimit } from "@/lib/keys/authentication/failure-limit";
import { compareText } from "@/lib/keys/hashing/hash-pool";
import type { StoredSecret } from "@/lib/keys/authentication/stored-secret";
import { processState } from "@/lib/process/state";
import { redis } from "@/lib/redis/client";

/** How long Redis remembers that a secret passed bcrypt: one day, renewed by each process that checks it anew. */
const redisLifetimeSeconds = 86_400;

const state = processState("key-proof", () => ({
  failures: createFailureLimit(),
  /** The last check of each id under way, so that one id costs one bcrypt at a time. */
  queues: new Map<string, Promise<unknown>>(),
}));

/** What bcrypt is made of: 43 characters that every byte of the value goes into, well below bcrypt's 72 bytes. */
export function valueDigest(value: string): string {
  return createHash("sha256").update(value, "utf8").digest("base64url");
}

/**
 * What this process remembers of a value that passed: never the value itself. SHA-256 over a subkey that fills its first
 * block, then the value behind its length: no such text begins another, and then the hash is a MAC (Bellare, Canetti,
 * Krawczyk, "Pseudorandom functions revisited", 1996). One call, a tenth of an HMAC's cost here.
 */
export function memoryMac(value: string): string {
  return hash("sha256", `${macKey()}${value.length}:${value}`, "base64");
}

const macKeys = new WeakMap<Buffer, string>();

function macKey(): string {
  const key = subkey("warm-verifier");
  const known = macKeys.get(key);
  if (known !== undefined) return known;
  const text = key.toString("hex");
  macKeys.set(key, text);
  return text;
}

/** Outcome of a first check. `busy` when too many wrong secrets or too much bcrypt came before. */
export type Proof = "genuine" | "wrong" | "busy";

/** Whether `value` is the secret that `stored` was made of: by Redis' memory, else by bcrypt. */
export async function prove(value: string, stored: StoredSecret, address: string | null): Promise<Proof> {
  const { secretId } = stored.key;
  if (await redisRemembers(value, stored)) return "genuine";
  const before = state.queues.get(secretId) ?? Promise.resolve();
  const mine = before.then(() => check(value, stored, address));
  state.queues.set(secretId, mine);
  try {
    return await mine;
  } finally {
    if (state.queues.get(secretId) === mine) state.queues.delete(secretId);
  }
}

/** Lets Redis remember a proof for the key's present generation. Nobody waits for it. */
export function rememberInRedis(value: string, stored: StoredSecret): void {
  redis()
    ?.set(redisSlot(stored), redisMac(value, stored), "EX", redisLifetimeSeconds)
    .catch(() => undefined);
}

async function check(value: string, stored: StoredSecret, address: string | null): Promise<Proof> {
  const { secretId } = stored.key;
  if (!state.failures.admits(secretId, address)) return "busy";
  try {
    const genuine = await compareText(valueDigest(value), stored.hash);
    if (genuine) rememberInRedis(value, stored);
    else state.failures.failed(secretId, address);
    return genuine ? "genuine" : "wrong";
  } catch (error) {
    if (error instanceof Problem && error.kind === "unavailable") return "busy";
    throw error;
  }
}

/**
 * What Redis holds is only a MAC over value, secret and generation under a subkey that Redis never sees, and the row
 * always comes from the database: whoever writes to Redis gains nothing.
 */
async function redisRemembers(value: string, stored: StoredSecret): Promise<boolean> {
  const found = await redis()
    ?.get(redisSlot(stored))
    .catch(() => null);
  if (found === undefined || found === null) return false;
  const [given, expected] = [Buffer.from(found), Buffer.from(redisMac(value, stored))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function redisSlot(stored: StoredSecret): string {
  return `latchkey:proof:${stored.key.secretId}`;
}

function redisMac(value: string, { key }: StoredSecret): string {
  return createHmac("sha256", subkey("warm-verifier"))
    .update(JSON.stringify(["redis", value, key.secretId, key.generation]), "utf8")
    .digest("base64url");
}
