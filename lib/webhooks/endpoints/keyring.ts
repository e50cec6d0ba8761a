import { randomBytes } from "node:crypto";
import { z } from "zod";
import { seal, unseal } from "@/lib/crypto/seal";

/** Older secrets that may sign beside the current one; the oldest ends when there is one more. */
const previousMax = 4;

const Keyring = z.object({
  current: z.string(),
  previous: z.array(z.object({ secret: z.string(), expiresAt: z.string() })),
});

/** The signing secrets of an endpoint: the current one, and those whose overlap runs, newest first. */
export type Keyring = z.output<typeof Keyring>;

/** `whsec_` and the base64 of 32 random bytes, as Standard Webhooks has it. */
function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** One new secret. */
export function newKeyring(): Keyring {
  return { current: newSecret(), previous: [] };
}

/** A new secret; the one before it signs too until `overlapSeconds` from `now`. */
export function rotated(keyring: Keyring, overlapSeconds: number, now = Date.now()): Keyring {
  const expiresAt = new Date(now + overlapSeconds * 1_000).toISOString();
  const before = [{ secret: keyring.current, expiresAt }, ...keyring.previous];
  return { current: newSecret(), previous: running(before, now).slice(0, previousMax) };
}

/** What signs at `now`, the current secret first. */
export function signingSecrets({ current, previous }: Keyring, now = Date.now()): string[] {
  return [current, ...running(previous, now).map(({ secret }) => secret)];
}

/** When each older secret that still signs ends. */
export function runningOverlaps({ previous }: Keyring, now = Date.now()): { expiresAt: string }[] {
  return running(previous, now).map(({ expiresAt }) => ({ expiresAt }));
}

function running(previous: Keyring["previous"], now: number): Keyring["previous"] {
  return previous.filter(({ expiresAt }) => Date.parse(expiresAt) > now);
}

/** As it is stored. */
export function sealKeyring(keyring: Keyring): Uint8Array<ArrayBuffer> {
  return seal("webhook-secret", JSON.stringify(keyring));
}

/** Opens what {@link sealKeyring} made; null when no secret of the installation fits. */
export function openKeyring(sealed: Uint8Array): Keyring | null {
  const text = unseal("webhook-secret", sealed);
  return text === null ? null : Keyring.parse(JSON.parse(text));
}

/** Why nothing can be signed for an endpoint, and what helps. */
export const unopenable =
  "Its signing secret was sealed under a LATCHKEY_SECRET that is no longer given; rotate it to have a new one.";
