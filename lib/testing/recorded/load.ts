import { z } from "zod";
import type { RecordedScene } from "@/lib/testing/recorded/scene";
import { wholeAnswer } from "@/lib/testing/recorded/streaming-upstream";
import type { TestServer } from "@/lib/testing/servers/start-server";

/** A call that was not served: 503 and the like, or anything else of which no decision is told. */
interface Refusal {
  status: number;
  problem: string;
  retryAfter: string | null;
}

/** What became of a call. With an id it was recorded, also where it was refused. */
export interface CallOutcome {
  id: string | null;
  asked: "verify" | "gateway";
  code: string;
  refusal: Refusal | null;
}

/** One call, until its whole answer is there. Rejects when the answer does not come, or not whole. */
export type Call = (server: TestServer, signal: AbortSignal) => Promise<CallOutcome>;

/** What came of a load. */
export interface CallsNoted {
  /** Calls whose whole answer came and said a decision's id. */
  recorded: Map<string, { asked: "verify" | "gateway"; code: string; key: string; atMs: number }>;
  refused: (Refusal & { key: string; atMs: number })[];
  /** Why calls ended without a whole answer. */
  cut: { key: string; why: string; atMs: number }[];
  slowestMs: number;
}

/** One that calls again and again, under a name by which its calls are told apart. */
export interface Caller {
  key: string;
  call: Call;
  /** Between an answer and the next call. */
  pauseMs: number;
}

/** A call that took this long hangs. */
const patienceMs = 20_000;

/** Nothing yet. */
export function noCalls(): CallsNoted {
  return { recorded: new Map(), refused: [], cut: [], slowestMs: 0 };
}

/** Lets callers call until it is over, and notes what they get. */
export async function driveLoad(
  server: TestServer,
  callers: readonly Caller[],
  { noted, over }: { noted: CallsNoted; over: () => boolean },
): Promise<void> {
  const one = async ({ key, call, pauseMs }: Caller) => {
    while (!over()) {
      const sentMs = performance.now();
      try {
        const outcome = await call(server, AbortSignal.timeout(patienceMs));
        note(noted, key, outcome);
      } catch (error) {
        const why = error instanceof Error ? `${error.message}: ${String(error.cause)}` : String(error);
        noted.cut.push({ key, why, atMs: Date.now() });
      }
      noted.slowestMs = Math.max(noted.slowestMs, performance.now() - sentMs);
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  await Promise.all(callers.map(one));
}

function note(noted: CallsNoted, key: string, { id, asked, code, refusal }: CallOutcome): void {
  const atMs = Date.now();
  if (id !== null) noted.recorded.set(id, { asked, code, key, atMs });
  if (refusal !== null) noted.refused.push({ ...refusal, key, atMs });
}

/** Twelve callers: a third verifies the key, the others call the service with it, half of them for a streamed answer. */
export function mixedCallers(
  scene: RecordedScene,
  { key, secret, pauseMs, count = 12 }: { key: string; secret: string; pauseMs: number; count?: number },
): Caller[] {
  return Array.from({ length: count }, (_, index) => ({
    key,
    pauseMs,
    call:
      index % 3 === 0
        ? verifying(scene, () => secret)
        : calling(scene, { secret: () => secret, path: index % 2 === 0 ? "/stream" : "/plain" }),
  }));
}

const Verified = z.object({ decision: z.string(), code: z.string() });

/** Verifies a key through the API. */
export function verifying({ caller }: RecordedScene, subject: () => string): Call {
  return async ({ portal }, signal) => {
    const answer = await fetch(`${portal}/api/v1/keys/verify`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${caller}` },
      body: JSON.stringify({ key: subject() }),
      signal,
    });
    const text = await answer.text();
    if (answer.status !== 200)
      return { id: null, asked: "verify", code: String(answer.status), refusal: refusalOf(answer, text) };
    const { decision: id, code } = Verified.parse(JSON.parse(text));
    return { id, asked: "verify", code, refusal: null };
  };
}

/** Calls the service through the gateway. */
export function calling(
  { gateway }: RecordedScene,
  { secret, path }: { secret: () => string; path: string },
): Call {
  return async (server, signal) => {
    const headers = { authorization: `Bearer ${secret()}` };
    const answer = await fetch(`${server.gateway}${gateway}${path}`, { headers, signal });
    const text = await answer.text();
    const id = answer.headers.get("x-latchkey-decision");
    if (answer.status === 200 && !wholeAnswer.test(text)) throw new Error(`Not whole: ${text}`);
    const refusal = id === null || answer.status >= 500 ? refusalOf(answer, text) : null;
    return { id, asked: "gateway", code: String(answer.status), refusal };
  };
}

const ProblemType = z.object({ type: z.string() });

function refusalOf(answer: Response, text: string): Refusal {
  const isProblem = answer.headers.get("content-type")?.startsWith("application/problem+json") === true;
  return {
    status: answer.status,
    problem: isProblem ? ProblemType.parse(JSON.parse(text)).type : text,
    retryAfter: answer.headers.get("retry-after"),
  };
}
