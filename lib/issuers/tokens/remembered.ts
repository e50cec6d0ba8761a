import type { KeySet } from "@/lib/issuers/key-sets/key-set";
import type { CompiledIssuer, IssuerRegistry } from "@/lib/issuers/registry/compiled-issuer";
import type { TokenTimes } from "@/lib/issuers/tokens/claims";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import { processState } from "@/lib/process/state";

/** Good tokens are remembered with their claims, so their length is what counts; of wrong ones only the fact. */
const rememberedMax = { good: 20_000, goodLength: 32 * 1024 * 1024, bad: 10_000 } as const;

/** A token that passed. It counts only while issuer and key set are the very ones that it passed under. */
interface Good {
  issuer: CompiledIssuer;
  set: KeySet;
  key: VerifiedKey;
  times: TokenTimes;
  /** Of the token, in characters. */
  length: number;
}

/** A token whose signature is wrong under this issuer and set. */
interface Bad {
  issuer: CompiledIssuer;
  set: KeySet;
}

/** Tokens by workspace and MAC, never the tokens themselves. Wrong ones have a place of their own, so that a flood of them drives out no good one. */
const state = processState("remembered-tokens", () => ({
  good: new Map<string, Good>(),
  goodLength: 0,
  bad: new Map<string, Bad>(),
}));

/** Where a token is remembered: a token is another one in another workspace. */
export function slotOf(registry: IssuerRegistry, mac: string): string {
  return `${registry.workspaceId} ${mac}`;
}

/** What is known of a token and still holds. */
export function recall(slot: string, registry: IssuerRegistry): Good | "wrong" | null {
  const good = state.good.get(slot);
  if (good !== undefined) {
    if (holds(good, registry)) return good;
    forgetGood(slot);
  }
  const bad = state.bad.get(slot);
  if (bad === undefined) return null;
  if (holds(bad, registry)) return "wrong";
  state.bad.delete(slot);
  return null;
}

/** Remembers a token that passed, and forgets the oldest where there are too many. */
export function rememberGood(slot: string, good: Good): void {
  forgetGood(slot);
  state.good.set(slot, good);
  state.goodLength += good.length;
  while (state.good.size > rememberedMax.good || state.goodLength > rememberedMax.goodLength)
    forgetGood(state.good.keys().next().value ?? "");
}

/** Remembers that a signature was wrong, and forgets the oldest where there are too many. */
export function rememberBad(slot: string, bad: Bad): void {
  state.bad.delete(slot);
  state.bad.set(slot, bad);
  const [oldest] = state.bad.keys();
  if (state.bad.size > rememberedMax.bad && oldest !== undefined) state.bad.delete(oldest);
}

function forgetGood(slot: string): void {
  state.goodLength -= state.good.get(slot)?.length ?? 0;
  state.good.delete(slot);
}

function holds({ issuer, set }: Bad, registry: IssuerRegistry): boolean {
  return registry.byIss.get(issuer.iss) === issuer && issuer.keys.current() === set;
}
