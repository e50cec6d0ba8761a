import type { TestServer } from "@/lib/testing/servers/start-server";
import { allRecorded } from "@/bench/recorded";
import { measureGrpc } from "@/bench/grpc-load";
import { compare, endPeer, roundsOf, startPeer, type Pair, type Result } from "@/bench/measure";
import { onServer, type Subject } from "@/bench/verified-key";
import { startRedis } from "@/lib/testing/servers/parts";

const rounds = roundsOf(5);
const seconds = 5;

/**
 * Verification, warm, with a limit on the key and recording on: over HTTP against a bare JSON echo and better-auth's
 * plugin, with its limits on Redis, and over gRPC.
 */
export async function benchVerify(): Promise<Result> {
  const echo = await startPeer("bench/peers/json-echo.ts");
  const redis = await startRedis();
  try {
    const embedded = await onServer({ environment: { LISTEN: "api,grpc" } }, (subject) =>
      againstAll(subject, echo.port),
    );
    const shared = await onServer({ environment: { LISTEN: "api", REDIS_URL: redis.url } }, (subject) =>
      compare({ ...againstEcho(subject, echo.port), rounds: roundsOf(3) }),
    );
    const { bare, watched, rival, grpc } = embedded;
    return {
      title: "Verifying a key",
      note: "Warm, a rate limit on the key, every call recorded, embedded database in the same process. 32 connections. Records are on the disk before the answer leaves and loaded into the database when the process is less busy, 15 s later at most; the next round waits for that. Where someone follows the live decisions they are loaded at once.",
      rows: [
        { what: "bare node:http JSON echo", unit: "answers/s", spread: bare.other },
        { what: "POST /keys/verify", unit: "answers/s", spread: bare.ours },
        { what: "verify ÷ echo", unit: "×", spread: bare.ratio, bar: { atLeast: 0.6 } },
        { what: "99th percentile, verify ÷ echo", unit: "×", spread: bare.p99Ratio, bar: { atMost: 2 } },
        { what: "until all records of a round are stored", unit: "ms", spread: bare.settledMs },
        { what: "verify ÷ echo while loaded at once", unit: "×", spread: watched.ratio },
        { what: "99th percentile while loaded at once ÷ echo", unit: "×", spread: watched.p99Ratio },
        { what: "verify, limits on Redis", unit: "answers/s", spread: shared.ours },
        { what: "verify, limits on Redis ÷ echo", unit: "×", spread: shared.ratio, bar: { atLeast: 0.35 } },
        { what: "gRPC VerifyKey, one connection", unit: "answers/s", spread: grpc.ours },
        { what: "gRPC VerifyKey ÷ HTTP verify", unit: "×", spread: grpc.ratio },
        { what: "better-auth API-key plugin, same database", unit: "answers/s", spread: rival.other },
        { what: "verify ÷ better-auth", unit: "×", spread: rival.ratio, bar: { atLeast: 10 } },
      ],
    };
  } finally {
    await endPeer(echo.child);
    await redis.stop();
  }
}

function againstEcho({ server, load }: Subject, port: number): Omit<Pair, "rounds"> {
  const settled = () => allRecorded(server.portal);
  return { ours: load, other: { ...load, url: `http://127.0.0.1:${port}/` }, seconds, settled };
}

async function againstAll(subject: Subject, echoPort: number) {
  const { server, load, caller, key } = subject;
  const against = againstEcho(subject, echoPort);
  const peer = await startPeer("bench/peers/better-auth-verify.ts", { DATABASE_URL: server.databaseUrl });
  try {
    const bare = await compare({ ...against, rounds });
    const address = `http://127.0.0.1:${peer.port}/`;
    const rival = await compare({ ...against, other: { ...load, url: address }, rounds: roundsOf(3) });
    const asked = { address: server.grpc, caller, subject: key };
    const grpc = await compare({
      ...against,
      ours: (time) => measureGrpc(asked, time),
      other: load,
      rounds: roundsOf(3),
    });
    const stopWatching = await watch(server, caller);
    const watched = await compare({ ...against, rounds: roundsOf(3) });
    stopWatching();
    return { bare, rival, grpc, watched };
  } finally {
    await endPeer(peer.child);
  }
}

/** Follows the live decisions, reading and forgetting them. */
async function watch(server: TestServer, key: string): Promise<() => void> {
  const leaving = new AbortController();
  const answer = await fetch(`${server.portal}/api/v1/decisions/stream`, {
    headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" },
    signal: leaving.signal,
  });
  if (!answer.ok) throw new Error(`The live decisions answered ${answer.status}`);
  answer.body?.pipeTo(new WritableStream()).catch(() => undefined);
  return () => leaving.abort();
}
