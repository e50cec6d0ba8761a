import { hasGenuineCheck } from "@/lib/keys/authentication/check";
import { idWithin, parseValue, valueLengthMax } from "@/lib/keys/format";
import { memoryMac, prove, rememberInRedis } from "@/lib/keys/authentication/proof";
import { readStoredSecret, type StoredSecret } from "@/lib/keys/authentication/stored-secret";
import type { Authentication } from "@/lib/keys/authentication/verified-key";
import {
  beginFill,
  endFill,
  isFresh,
  isKnownUnknown,
  isProvenBy,
  refreshAfterMs,
  rememberSecret,
  rememberUnknown,
  warmSecret,
  type Fill,
} from "@/lib/keys/authentication/warm-secrets";
import { processState } from "@/lib/process/state";

/** A read that a change voided is repeated this often before it is answered without being remembered. */
const readsMax = 3;

const malformed: Authentication = { ok: false, code: "MALFORMED", key: null };
const notFound: Authentication = { ok: false, code: "NOT_FOUND", key: null };
const busy: Authentication = { ok: false, code: "BUSY", key: null };

/** First checks and re-reads under way, by id and MAC: callers with the same value share one. */
const flights = processState("key-flights", () => new Map<string, Promise<StoredSecret | Authentication>>());

/**
 * Finds out what a presented value is. Synchronous while the secret is warm (it passed here before and its row is
 * fresh): one HMAC, no query. A malformed or forged value dies on its check, also synchronously. Revocation reaches
 * warm secrets by the bus; expiry and the end of an overlap hold by the clock on every call.
 * Rejects with `unavailable` while the database cannot be asked.
 */
export function authenticateSecret(
  value: string,
  { address = null }: { address?: string | null } = {},
): Authentication | Promise<Authentication> {
  if (value.length > valueLengthMax) return malformed;
  const secretId = idWithin(value);
  const nowMs = Date.now();
  const warm = warmSecret(secretId);
  if (warm !== undefined) {
    const mac = memoryMac(value);
    if (isProvenBy(warm, mac)) {
      if (warm.row === null || !isFresh(warm.row.readAtMs, nowMs))
        return ask({ value, mac, secretId, address });
      if (nowMs - warm.row.readAtMs > refreshAfterMs)
        void ask({ value, mac, secretId, address }).catch(() => undefined);
      return judge(warm.row.stored, nowMs, warm.row.good);
    }
  }
  const parsed = parseValue(value);
  if (parsed === null || !hasGenuineCheck(parsed)) return malformed;
  if (isKnownUnknown(secretId, nowMs)) return notFound;
  return ask({ value, mac: memoryMac(value), secretId, address });
}

/** What a genuine secret is good for at `nowMs`. */
function judge(stored: StoredSecret, nowMs: number, good: Authentication): Authentication {
  const { key } = stored;
  if (stored.revoked) return { ok: false, code: "REVOKED", key };
  if (stored.stopsAtMs <= nowMs) return { ok: false, code: "EXPIRED", key };
  if (stored.disabled) return { ok: false, code: "DISABLED", key };
  return good;
}

interface Presented {
  value: string;
  mac: string;
  secretId: string;
  address: string | null;
}

async function ask(presented: Presented): Promise<Authentication> {
  const slot = presented.secretId + presented.mac;
  let flight = flights.get(slot);
  if (flight === undefined) {
    flight = find(presented).finally(() => flights.delete(slot));
    flights.set(slot, flight);
  }
  const found = await flight;
  return "ok" in found ? found : judge(found, Date.now(), { ok: true, key: found.key });
}

/** Reads the row and checks the secret; reads again when a change came in between. */
async function find(presented: Presented): Promise<StoredSecret | Authentication> {
  let found = await findOnce(presented);
  for (let reads = 1; found.fill.voided && reads < readsMax; reads += 1) found = await findOnce(presented);
  return found.answer;
}

async function findOnce(
  presented: Presented,
): Promise<{ fill: Fill; answer: StoredSecret | Authentication }> {
  const { value, mac, secretId, address } = presented;
  const fill = beginFill(secretId);
  try {
    const stored = await readStoredSecret(secretId);
    if (stored === null) {
      rememberUnknown(fill);
      return { fill, answer: notFound };
    }
    const warm = warmSecret(secretId);
    if (warm !== undefined && warm.hash === stored.hash && isProvenBy(warm, mac))
      rememberInRedisOnce(value, stored, warm.row);
    else {
      const proof = await prove(value, stored, address);
      if (proof !== "genuine") return { fill, answer: proof === "busy" ? busy : notFound };
    }
    rememberSecret(fill, mac, stored);
    return { fill, answer: stored };
  } finally {
    endFill(fill);
  }
}

/** A change of the key left Redis' memory behind; a mere re-read did not. */
function rememberInRedisOnce(
  value: string,
  stored: StoredSecret,
  row: { stored: StoredSecret } | null,
): void {
  if (row?.stored.key.generation !== stored.key.generation) rememberInRedis(value, stored);
}
