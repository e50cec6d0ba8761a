import { setImmediate as nextTurn } from "node:timers/promises";
import { requireScope, type Actor } from "@/lib/api/actor";
import { problemDocument } from "@/lib/api/problem";
import { asProblem } from "@/lib/api/problems/problem-response";
import { requireProvider } from "@/lib/api/require-provider";
import { invalidField } from "@/lib/rules/ask/named";
import { evaluationService } from "@/lib/rules/language/evaluation";
import { asOf } from "@/lib/rules/expression/variables";
import { keptQuestion } from "@/lib/rules/replay/kept/kept-question";
import { createKnownKeys, type KnownKeys } from "@/lib/rules/replay/known-keys";
import {
  callsPerRead,
  lastSeqOf,
  readCalls,
  type RecordedCall,
  type Window,
} from "@/lib/rules/replay/read-calls";
import { comparedRulesets } from "@/lib/rules/replay/comparing/rulesets";
import { takeReplayPlace } from "@/lib/rules/replay/running";
import type { Replay, ReplayLine } from "@/lib/rules/replay/schema";
import { score, type Compared } from "@/lib/rules/replay/comparing/score";
import { createTally, type Tally } from "@/lib/rules/replay/comparing/tally";
import type { CompiledService } from "@/lib/services/schema";

/** Judging holds the thread no longer than this at a time; then other requests have their turn. */
const sliceMs = 4;

/** Progress is told this often. */
const tellEveryMs = 200;

/** A replay that takes longer, or whose client does not read, ends. */
const lengthMaxMs = 600_000;

/** Everything about one replay that stays the same. */
interface Run {
  window: Window;
  compared: Compared;
  filters: Replay["filters"];
  services: ReadonlyMap<string, CompiledService>;
  keys: KnownKeys;
  tally: Tally;
  signal: AbortSignal;
}

/**
 * Judges every decision of a window once more, by the rules of today and by the same with a draft (or without one
 * rule), newest first, and says what would change. Yields progress, then the result; memory does not grow with the
 * window. Ends early, without a result, when `signal` is aborted. Needs `read:rules` and `read:decisions`. Throws
 * `invalid` (draft, remove, from) and `rate-limited`; what fails later is the last line.
 */
export async function replayDecisions(
  actor: Actor,
  replay: Replay,
  { signal, requestId }: { signal: AbortSignal; requestId: string },
): Promise<AsyncGenerator<ReplayLine>> {
  requireScope(actor, "read:rules");
  requireScope(actor, "read:decisions");
  requireProvider(actor);
  const { from, filters } = replay;
  const to = replay.to ?? new Date().toISOString();
  if (Date.parse(from) >= Date.parse(to)) throw invalidField("from", "must be before to");
  const giveBack = takeReplayPlace(actor.workspaceId);
  try {
    const compared = await comparedRulesets(actor, replay);
    const services = new Map([...compared.current.services.values()].map((service) => [service.id, service]));
    const window: Window = {
      workspaceId: actor.workspaceId,
      from,
      to,
      lastSeq: await lastSeqOf(actor.workspaceId),
      credentialId: filters.credential,
      serviceId: serviceIdOf(compared, filters.service),
    };
    const tooLong = AbortSignal.timeout(lengthMaxMs);
    const ended = AbortSignal.any([signal, tooLong]);
    ended.addEventListener("abort", giveBack, { once: true });
    const keys = createKnownKeys(actor.workspaceId);
    return lines(
      { window, compared, filters, services, keys, tally: createTally(), signal: ended },
      {
        giveBack,
        requestId,
      },
    );
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** A service that is gone has no slug any more, but its decisions keep its id. */
function serviceIdOf({ current }: Compared, service: string | undefined): string | undefined {
  return service === undefined ? undefined : (current.services.get(service)?.id ?? service);
}

async function* lines(
  run: Run,
  { giveBack, requestId }: { giveBack: () => void; requestId: string },
): AsyncGenerator<ReplayLine> {
  const startedMs = performance.now();
  const { window, tally, signal } = run;
  try {
    let toldMs = 0;
    let after: RecordedCall | null = null;
    for (;;) {
      const calls: RecordedCall[] = await readCalls(window, after);
      await run.keys.learn(calls);
      await judgeAll(run, calls);
      if (signal.aborted) return;
      after = calls.at(-1) ?? after;
      if (calls.length < callsPerRead) break;
      if (performance.now() - toldMs < tellEveryMs) continue;
      toldMs = performance.now();
      yield { type: "progress", scanned: tally.scanned(), at: after?.at ?? window.to };
    }
    yield {
      type: "result",
      from: window.from,
      to: window.to,
      rulesetVersion: run.compared.current.version,
      ...tally.result(),
      durationMs: Math.round(performance.now() - startedMs),
    };
  } catch (error) {
    const { type, title, status, detail } = problemDocument(asProblem(error, requestId), requestId);
    yield { type: "error", problem: { type, title, status, detail } };
  } finally {
    giveBack();
  }
}

async function judgeAll(run: Run, calls: readonly RecordedCall[]): Promise<void> {
  let sliceEndsMs = performance.now() + sliceMs;
  for (const call of calls) {
    judgeOne(run, call);
    if (performance.now() < sliceEndsMs) continue;
    await nextTurn();
    if (run.signal.aborted) return;
    sliceEndsMs = performance.now() + sliceMs;
  }
}

function judgeOne(run: Run, call: RecordedCall): void {
  const { filters, tally, services, keys } = run;
  if (!passes(call, filters)) return;
  const service = call.source === "authzen" ? evaluationService : services.get(call.serviceId ?? "");
  if (service === undefined || !wasRuled(call)) {
    tally.addOutside(call);
    return;
  }
  const slug = call.source === "authzen" ? null : service.slug;
  const question = keptQuestion(call, { service, key: keys.get(call.credentialId) });
  if (question === null) tally.add(call, { change: "unknown", current: null, drafted: null }, slug);
  else
    tally.add(
      call,
      asOf(Date.parse(call.at), () => score(run.compared, question)),
      slug,
    );
}

function passes({ verdict, source, method }: RecordedCall, filters: Replay["filters"]): boolean {
  return (
    (filters.verdict === undefined || filters.verdict === verdict) &&
    (filters.source === undefined || filters.source === source) &&
    (filters.method === undefined || filters.method.toUpperCase() === method)
  );
}

/** Reasons of refusals that name no rule and yet came from the rules, their default or the service itself. */
const ruledReasons: ReadonlySet<string> = new Set([
  "RULE",
  "DENIED",
  "DEFAULT_DENY",
  "NO_CREDENTIAL",
  "METHOD_NOT_ALLOWED",
  "SCOPE_REQUIRED",
]);

/** Whether the rules were asked, or would have been; other refusals came before them and no draft changes those. */
function wasRuled({ verdict, rules, reason }: RecordedCall): boolean {
  return verdict !== "deny" || rules.length > 0 || ruledReasons.has(reason);
}
