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
const givenMs = Date.now();

for (;;) {
  const { rotation: overlap } = await latchkey.readKey({ id });
  if (overlap === null) break;
  const usedMs = Math.max(givenMs, Date.parse(overlap.oldSecret.lastUsedAt ?? "") || 0);
  if (Date.now() - usedMs >= quietMs) {
    await latchkey.endRotation({ id });
    break;
  }
  await pause(Math.min(quietMs, 1_000));
}
process.stdout.write(`rotated ${id}\n`);
