import { rename, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { createLatchkey } from "latchkey/client";

/**
 * Rotates a service's key without a failed call: issues a secret, puts it where the service reads it, waits until the
 * old one has been silent for a while, and ends the overlap. Run again after a crash it takes up where it stopped: within
 * a day the same Idempotency-Key gets the same secret.
 */
const [id = "", file = "", rotation = new Date().toISOString().slice(0, 10)] = process.argv.slice(2);
const quietMs = Number(process.env.QUIET_SECONDS ?? 60) * 1_000;
const latchkey = createLatchkey({
  origin: process.env.LATCHKEY_URL ?? "",
  key: process.env.ADMIN_KEY ?? "",
});

const { secret } = await latchkey.rotateKey(
  { id, overlapSeconds: 86_400 },
  { idempotencyKey: `rotate ${id} ${rotation}`.replaceAll(" ", "-") },
);
await writeFile(`${file}.new`, secret, { mode: 0o600 });
await rename(`${file}.new`, file);

/** Calls so far with the secret that is to go; null when no overlap runs any more. */
async function oldCalls(): Promise<number | null> {
  const { rotation: overlap } = await latchkey.readKey({ id });
  if (overlap === null) return null;
  const { bySecret } = await latchkey.readKeyUsage({ id, range: "7d" });
  return bySecret.find(({ secretId }) => secretId === overlap.oldSecret.id)?.calls ?? 0;
}

let silentSinceMs = Date.now();
for (let calls = await oldCalls(); calls !== null;) {
  if (Date.now() - silentSinceMs >= quietMs) {
    await latchkey.endRotation({ id });
    break;
  }
  await pause(Math.min(quietMs, 1_000));
  const now = await oldCalls();
  if (now !== calls) silentSinceMs = Date.now();
  calls = now;
}
process.stdout.write(`rotated ${id}\n`);
