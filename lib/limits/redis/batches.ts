import { limiterClock } from "@/lib/limits/clock";
import { rememberPart } from "@/lib/limits/memory/remember";
import { refusal, type LimitOutcome } from "@/lib/limits/outcome";
import { partState, writeAsk, type Ask } from "@/lib/limits/redis/parts";

/** Most calls in one step of Redis, which does nothing else meanwhile. */
const callsMax = 128;

/** What the limiter said; `unseeded` when it took nothing, because it does not know a quota's count yet. */
export type Said = LimitOutcome | "unseeded";

interface Waiting extends Ask {
  resolve(said: Said): void;
  reject(error: unknown): void;
}

/** Runs the script over many calls at once. */
export type Take = (keys: readonly string[], words: readonly (string | number)[]) => Promise<number[]>;

/** Asks for all calls of one turn of the event loop in one command, so that each costs a small part of a round trip. */
export function createBatches(take: Take) {
  let waiting: Waiting[] = [];
  const sendAll = () => {
    const ready = waiting;
    waiting = [];
    for (let at = 0; at < ready.length; at += callsMax) void send(take, ready.slice(at, at + callsMax));
  };
  return function ask(call: Ask): Promise<Said> {
    return new Promise((resolve, reject) => {
      if (waiting.push({ ...call, resolve, reject }) === 1) setImmediate(sendAll);
    });
  };
}

async function send(take: Take, calls: readonly Waiting[]): Promise<void> {
  const nowMs = limiterClock();
  const out: { keys: string[]; words: (string | number)[] } = { keys: [], words: [nowMs, calls.length] };
  for (const call of calls) writeAsk(call, nowMs, out);
  try {
    readAll(await take(out.keys, out.words), calls, nowMs);
  } catch (error) {
    for (const call of calls) call.reject(error);
  }
}

function readAll(answers: readonly number[], calls: readonly Waiting[], nowMs: number): void {
  let at = 0;
  for (const call of calls) {
    const { rateLimits, quotas } = call.limits;
    const parts = answers.slice(at + 1, at + 1 + 2 * (rateLimits.length + quotas.length));
    const verdict = answers[at] ?? -2;
    at += 1 + parts.length;
    if (verdict === -2) call.reject(new Error("the limiter failed on one call"));
    else call.resolve(verdict === -1 ? "unseeded" : outcomeOf(call, { verdict, parts, nowMs }));
  }
}

function outcomeOf(
  { limits }: Ask,
  { verdict, parts, nowMs }: { verdict: number; parts: readonly number[]; nowMs: number },
): LimitOutcome {
  const stateAt = (index: number) => {
    const [left = 0, resetAtMs = 0] = [parts[2 * index], parts[2 * index + 1]];
    const state = partState(limits, index, { left, resetAtMs, nowMs });
    rememberPart(limits, index, { state, nowMs });
    return state;
  };
  const passed = verdict === 0 ? parts.length / 2 : verdict - 1;
  const states = Array.from({ length: passed }, (_, index) => stateAt(index));
  if (verdict === 0) return { ok: true, states };
  const code = verdict > limits.rateLimits.length ? "QUOTA_EXCEEDED" : "RATE_LIMITED";
  return refusal(code, { refused: stateAt(passed), others: states, nowMs });
}
