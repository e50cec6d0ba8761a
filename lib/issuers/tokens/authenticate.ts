import { jwtVerify } from "jose";
import type { KeySet } from "@/lib/issuers/key-sets/key-set";
import { servesHeader } from "@/lib/issuers/key-sets/key-set";
import type { CompiledIssuer, IssuerRegistry } from "@/lib/issuers/registry/compiled-issuer";
import { currentIssuers } from "@/lib/issuers/registry/current";
import { clockToleranceSeconds, examine, timeRefusal, type TokenHead } from "@/lib/issuers/tokens/claims";
import { claimedIssuers, readToken, tokenLengthMax, type ReadToken } from "@/lib/issuers/tokens/compact";
import type { TokenRefusal } from "@/lib/issuers/tokens/refusal";
import { recall, rememberBad, rememberGood, slotOf } from "@/lib/issuers/tokens/remembered";
import { signatureChecks } from "@/lib/issuers/tokens/signature-checks";
import { subjectOf } from "@/lib/issuers/tokens/subject";
import { memoryMac } from "@/lib/keys/authentication/proof";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { processState } from "@/lib/process/state";

/** What a token turned out to be in one workspace; null when none of its issuers is named, so that it is somebody else's. */
export type TokenAuthentication = { ok: true; key: VerifiedKey } | { ok: false; code: TokenRefusal } | null;

/** A check that a change of the issuer or its keys overtook is repeated this often. */
const checksMax = 3;

const flights = processState("token-flights", () => new Map<string, Promise<TokenAuthentication>>());

/**
 * Finds out what a JWT is in a workspace, by that workspace's issuers alone. Synchronous while the token passed here
 * before: one MAC and the clock. A token that names a registered issuer is that issuer's, and refused if anything is
 * wrong with it. Rejects with `unavailable` while the issuers cannot be read.
 */
export function authenticateToken(
  workspaceId: string,
  token: string,
  { address }: { address: string | null },
): TokenAuthentication | Promise<TokenAuthentication> {
  const registry = currentIssuers(workspaceId);
  const presented = { token, address };
  return registry instanceof Promise
    ? registry.then((loaded) => authenticateIn(loaded, presented))
    : authenticateIn(registry, presented);
}

interface Presented {
  token: string;
  address: string | null;
}

function authenticateIn(
  registry: IssuerRegistry,
  presented: Presented,
): TokenAuthentication | Promise<TokenAuthentication> {
  const { token } = presented;
  if (registry.byIss.size === 0) return null;
  if (token.length > tokenLengthMax) return refused("TOKEN_TOO_LARGE");
  const slot = slotOf(registry, memoryMac(token));
  const known = recall(slot, registry);
  if (known === "wrong") return refused("TOKEN_SIGNATURE");
  if (known !== null) {
    const late = timeRefusal(known.times, Date.now());
    return late === null ? { ok: true, key: known.key } : refused(late);
  }
  const issuer = issuerOf(registry, token);
  if (issuer === undefined) return null;
  if (issuer.disabled) return refused("ISSUER_DISABLED");
  const read = readToken(token);
  if (read === null) return refused("TOKEN_MALFORMED");
  const atMs = Date.now();
  const head = examine(read, issuer, atMs);
  if (typeof head === "string") return refused(head);
  return inFlight(slot, () => check({ ...presented, registry, issuer, read, head, slot, atMs }));
}

function issuerOf({ byIss }: IssuerRegistry, token: string): CompiledIssuer | undefined {
  const named = claimedIssuers(token).find((iss) => byIss.has(iss));
  return named === undefined ? undefined : byIss.get(named);
}

function refused(code: TokenRefusal): { ok: false; code: TokenRefusal } {
  return { ok: false, code };
}

/** Callers with the same token share one check. */
function inFlight(slot: string, start: () => Promise<TokenAuthentication>): Promise<TokenAuthentication> {
  const known = flights.get(slot);
  if (known !== undefined) return known;
  const flight = start().finally(() => flights.delete(slot));
  flights.set(slot, flight);
  return flight;
}

interface Checking extends Presented {
  registry: IssuerRegistry;
  issuer: CompiledIssuer;
  read: ReadToken;
  head: TokenHead;
  slot: string;
  /** The moment that its times are judged by. */
  atMs: number;
}

/** Checks against the keys; what changed meanwhile, on this node or any other, is not overlooked. */
async function check(checking: Checking): Promise<TokenAuthentication> {
  let present = checking;
  for (let checks = 1; ; checks += 1) {
    const outcome = await checkOnce(present);
    const registry = await currentIssuers(present.registry.workspaceId);
    const issuer = registry.byIss.get(present.issuer.iss);
    if (issuer === undefined) return null;
    const overtaken =
      issuer !== present.issuer || (outcome.set !== null && issuer.keys.current() !== outcome.set);
    if (!overtaken) return outcome.answer;
    if (checks === checksMax) return refused("BUSY");
    if (issuer.disabled) return refused("ISSUER_DISABLED");
    const atMs = Date.now();
    const head = examine(present.read, issuer, atMs);
    if (typeof head === "string") return refused(head);
    present = { ...present, registry, issuer, head, atMs };
  }
}

/** An answer, and the set that it rests on. */
interface Outcome {
  answer: TokenAuthentication;
  set: KeySet | null;
}

async function checkOnce(checking: Checking): Promise<Outcome> {
  const { issuer, head, slot, read, registry } = checking;
  const set = await keySetFor(issuer, head);
  if (set === null) return { set, answer: refused("ISSUER_UNAVAILABLE") };
  if (!servesHeader(set, head)) return { set, answer: refused("TOKEN_KEY_UNKNOWN") };
  const signed = await signatureChecks().run({ issuerId: issuer.id, address: checking.address }, () =>
    isSigned(checking, set),
  );
  if (signed === "busy") return { set, answer: refused("BUSY") };
  if (!signed) {
    rememberBad(slot, { issuer, set });
    return { set, answer: refused("TOKEN_SIGNATURE") };
  }
  const { subject, times } = head;
  const key = subjectOf(
    { workspaceId: registry.workspaceId, issuer },
    { claims: read.claims, subject, expiresAt: times.expiresAt },
  );
  rememberGood(slot, { issuer, set, key, times, length: checking.token.length });
  return { set, answer: { ok: true, key } };
}

/** A set without the token's key is read anew once, and a rotation is met that way. */
async function keySetFor({ keys }: CompiledIssuer, head: TokenHead): Promise<KeySet | null> {
  const set = keys.current() ?? (await keys.ready());
  return set === null || servesHeader(set, head) ? set : keys.renewed();
}

/** jose has the last word on the signature, and on every claim that {@link examine} let pass. */
async function isSigned({ token, issuer, atMs }: Checking, set: KeySet): Promise<boolean> {
  try {
    await jwtVerify(token, set.resolve, {
      algorithms: [...issuer.algorithms],
      issuer: issuer.iss,
      audience: [...issuer.audiences],
      requiredClaims: ["sub", "exp"],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(atMs),
    });
    return true;
  } catch {
    return false;
  }
}
