import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import type { DecisionRecord } from "@/lib/events/schema";
import type { HookioDoor } from "@/lib/gateway/hookio/door";
import type { TokenAuthentication } from "@/lib/issuers/tokens/authenticate";
import type { Authentication, VerifiedKey } from "@/lib/keys/authentication/verified-key";
import type { LimitOutcome } from "@/lib/limits/outcome";
import type { Question } from "@/lib/rules/language/question";
import type { Ruling } from "@/lib/rules/verdict/decide";
import type { CompiledRuleset } from "@/lib/rules/verdict/ruleset";

/** A value that is there already while caches are warm, else a promise of it. */
export type Soon<T> = T | Promise<T>;

/** Everything the gateway asks of the rest of the house. */
export interface GatewayPorts {
  /** The workspace's current ruleset; null when no workspace has that slug. Throws or rejects while none can be loaded. */
  rulesetBySlug(slug: string): Soon<CompiledRuleset | null>;
  /** Whether a value has the shape of a key. */
  looksLikeKey(value: string): boolean;
  /** Whether it was also made here, judged by its check alone. */
  isGenuine(value: string): boolean;
  authenticate(value: string, context: { address: string | null }): Soon<Authentication>;
  /** What a JWT is in a workspace; null when none of its issuers is named in it. */
  authenticateToken(
    workspaceId: string,
    token: string,
    context: { address: string | null },
  ): Soon<TokenAuthentication>;
  decide(ruleset: CompiledRuleset, question: Question): Ruling;
  consumeLimits(key: VerifiedKey, cost: number): Soon<LimitOutcome>;
  /** RateLimit, RateLimit-Policy and, on refusal, Retry-After. */
  limitHeaders(outcome: LimitOutcome): Record<string, string>;
  /** Writes a record down now. Synchronous; never throws. */
  record(record: DecisionRecord): void;
  /** Writes it down with the others of this turn of the event loop, before answers that leave with the turn. */
  recordWithTurn(record: DecisionRecord): void;
  /** Why no call can be recorded now, and so none may be answered; null when all is well. */
  recordingRefusal(): string | null;
  /** Connections to upstreams that refuse addresses which are not upstreams. */
  dispatcher: Dispatcher;
  /** One such connection of its own. */
  connect(origin: URL): Promise<Socket>;
  /** Whether a peer's forwarded headers count. */
  isTrustedProxy(address: string): boolean;
  /** The caller's address, given the peer's and X-Forwarded-For. */
  clientAddress(peer: string | undefined, forwardedFor: string | undefined): string | null;
  /** Whether a key may be used from an address. */
  mayCallFrom(key: VerifiedKey, address: string | null): boolean;
  /** Where the pages that explain problems are. */
  docsOrigin: string;
  /** For existing hook.io clients; null where HOOKIO_COMPAT is off. */
  hookio: HookioDoor | null;
}

/** Goes on with a value at once when it is there, else when it comes. */
export function whenThere<T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
