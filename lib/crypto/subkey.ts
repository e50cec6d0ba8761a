import { hkdfSync } from "node:crypto";
import { processState } from "@/lib/process/state";

/** What a subkey is for; one per purpose, so that none can stand in for another. */
export type Purpose =
  | "key-check"
  | "warm-verifier"
  | "session"
  | "idempotent-answer"
  | "cursor"
  | "fingerprint"
  | "upstream-secret"
  | "sink-token"
  | "webhook-secret"
  | "audit-seal"
  | "audit-head";

/** Secrets in use: the current one first, then those that may still verify and decrypt. */
interface Secrets {
  current: string;
  previous: string[];
}

interface State {
  secrets: Secrets | null;
  subkeys: Map<string, Buffer>;
  /** Those of the current secret. */
  current: Map<Purpose, Buffer>;
}

const state = processState<State>("subkeys", () => ({
  secrets: null,
  subkeys: new Map(),
  current: new Map(),
}));

/** Called once at start with LATCHKEY_SECRET (given or generated) and LATCHKEY_SECRET_PREVIOUS. */
export function useSecrets(secrets: Secrets): void {
  state.secrets = secrets;
  state.subkeys.clear();
  state.current.clear();
}

/** 32 bytes by HKDF-SHA-256 (RFC 5869) from the current secret. */
export function subkey(purpose: Purpose): Buffer {
  const known = state.current.get(purpose);
  if (known !== undefined) return known;
  const made = derive(requireSecrets().current, purpose);
  state.current.set(purpose, made);
  return made;
}

/** The same from the current secret and then each previous one, for verifying and decrypting. */
export function subkeys(purpose: Purpose): Buffer[] {
  const { current, previous } = requireSecrets();
  return [current, ...previous].map((secret) => derive(secret, purpose));
}

function requireSecrets(): Secrets {
  if (state.secrets === null) throw new Error("useSecrets() was not called at start");
  return state.secrets;
}

function derive(secret: string, purpose: Purpose): Buffer {
  const slot = `${purpose}\n${secret}`;
  const known = state.subkeys.get(slot);
  if (known !== undefined) return known;
  const made = Buffer.from(hkdfSync("sha256", secret, "latchkey", purpose, 32));
  state.subkeys.set(slot, made);
  return made;
}
