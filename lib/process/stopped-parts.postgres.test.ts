import { expect, onTestFinished, test, vi } from "vitest";
import { startReturningReader, type ReturningReader } from "@/lib/testing/calls/event-reader";
import { startPostgres, startRedis, type RestartablePart } from "@/lib/testing/servers/parts";
import {
  calling,
  driveLoad,
  mixedCallers,
  noCalls,
  verifying,
  type CallsNoted,
} from "@/lib/testing/recorded/load";
import { prepareScene, type RecordedScene } from "@/lib/testing/recorded/scene";
import { allStored, expectRecordedOnce, readiness, type RecordedCounts } from "@/lib/testing/recorded/stored";
import { removeData, startServer, type TestServer } from "@/lib/testing/servers/start-server";

/** A longer one is asked for by hand. */
const stopSeconds = Number(process.env.STOP_SECONDS ?? 5);
const testMs = 240_000 + stopSeconds * 1_000;

/** Rows of keys are read again when they are this old, and good for as long again; lib/keys/authentication/warm-secrets.ts. */
const warmForMs = 29_000;

/** An answer that took this long would be a hang: the database is waited for 5 s, Redis 2 s. */
const slowestMs = 8_000;

interface Parts {
  postgres: RestartablePart;
  redis: RestartablePart;
  server: TestServer;
  scene: RecordedScene;
}

/** A server on a PostgreSQL and a Redis of its own. */
async function setUp(environment: Record<string, string> = {}): Promise<Parts> {
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  const server = await startServer({
    mount: "server",
    databaseUrl: postgres.url,
    environment: { LISTEN: "api,gateway", REDIS_URL: redis.url, ...environment },
  });
  onTestFinished(async () => {
    await server.stop();
    removeData(server);
    await redis.stop();
    await postgres.stop();
  });
  return { postgres, redis, server, scene: await prepareScene(server, 30) };
}

/** What a key's caller of the API does before, during and after: makes keys and revokes them. */
function keysOf({ server, scene }: Parts) {
  const ask = async (path: string, body: unknown) => {
    const headers = { authorization: `Bearer ${scene.caller}`, "content-type": "application/json" };
    const answer = await fetch(`${server.portal}/api/v1${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.json() };
  };
  return {
    create: (name: string) => ask("/keys", { name }),
    revoke: (id: string) => ask(`/keys/${id}/revoke`, { reason: "test" }),
    code: async (key: string): Promise<string> => (await ask("/keys/verify", { key })).body.code,
  };
}

/** What was seen while a part was away. */
interface Seen {
  haltedAtMs: number;
  resumedAtMs: number;
  /** From the part's return until the server was as before. */
  recoveryMs: number;
  warm: CallsNoted;
  cold: CallsNoted;
  counts: RecordedCounts;
}

interface Outage {
  part: RestartablePart;
  /** Looks at the server halfway through. */
  during: () => Promise<void>;
  /** Fails until the server is as before. */
  recovered: () => Promise<void>;
}

/** Stops a part under load and starts it again, and expects that nothing was lost, nothing doubled, nothing hung. */
async function throughOutage(parts: Parts, { part, during, recovered }: Outage): Promise<Seen> {
  const { server, scene } = parts;
  const { portal } = server;
  const reader = { secret: scene.caller, originOf: () => portal };
  const readers = [startReturningReader(reader), startReturningReader({ ...reader, leavesAfter: 40 })];
  await Promise.all(readers.map(({ opened }) => opened));
  const readSinceMs = Date.now();

  const [warm, cold] = [noCalls(), noCalls()];
  let [away, over] = [false, false];
  const pauseMs = 30;
  const driving = driveLoad(
    server,
    [
      ...mixedCallers(scene, { key: "subject", secret: scene.subject, pauseMs, count: 6 }),
      ...mixedCallers(scene, { key: "limited", secret: scene.limited, pauseMs, count: 6 }),
    ],
    { noted: warm, over: () => over },
  );
  await vi.waitFor(() => expect(warm.recorded.size).toBeGreaterThan(200), { timeout: 60_000 });

  const haltedAtMs = Date.now();
  away = true;
  await part.halt();
  let next = 0;
  const secret = () => scene.cold[next++ % scene.cold.length] ?? "";
  const coldCallers = [verifying(scene, secret), calling(scene, { secret, path: "/plain" })];
  const drivingCold = driveLoad(
    server,
    coldCallers.map((call) => ({ key: "cold", call, pauseMs: 100 })),
    { noted: cold, over: () => !away },
  );
  await new Promise((resolve) => setTimeout(resolve, stopSeconds * 500));
  await during();
  await vi.waitUntil(() => Date.now() >= haltedAtMs + stopSeconds * 1_000, { timeout: 120_000 });
  away = false;
  await drivingCold;
  await part.resume();
  const resumedAtMs = Date.now();
  await vi.waitFor(recovered, { timeout: 30_000, interval: 50 });
  const recoveryMs = Date.now() - resumedAtMs;
  const before = warm.recorded.size;
  await vi.waitFor(() => expect(warm.recorded.size).toBeGreaterThan(before + 200), { timeout: 60_000 });
  over = true;
  await driving;

  await allStored(server);
  const both = { ...warm, recorded: new Map([...warm.recorded, ...cold.recorded]) };
  const counts = await expectRecordedOnce(server, scene, both);
  expect([...warm.cut, ...cold.cut]).toEqual([]);
  expect(Math.max(warm.slowestMs, cold.slowestMs)).toBeLessThan(slowestMs);
  for (const refused of [...warm.refused, ...cold.refused]) expect(refused).toMatchObject(clearRefusal);
  for (const each of readers) await expectRead(each, { counts, readSinceMs });
  return { haltedAtMs, resumedAtMs, recoveryMs, warm, cold, counts };
}

const clearRefusal = {
  status: 503,
  problem: expect.stringMatching(/\/docs\/problems\/unavailable$/),
  retryAfter: expect.stringMatching(/^\d+$/),
};

/** Everything that is listed since it opened, once each. */
async function expectRead(
  reader: ReturningReader,
  { counts, readSinceMs }: { counts: RecordedCounts; readSinceMs: number },
): Promise<void> {
  const since = new Date(readSinceMs).toISOString();
  const wanted = counts.listed.filter(({ time }) => time > since).map(({ id }) => id);
  await vi.waitFor(() => expect(wanted.filter((id) => !reader.taken.has(id))).toEqual([]), {
    timeout: 30_000,
    interval: 100,
  });
  await reader.leave();
  expect(reader.dropped()).toBe(0);
  expect([...reader.taken].filter(([, times]) => times > 1)).toEqual([]);
}

function actionsOf({ listed }: RecordedCounts, keyId: string): string[] {
  return listed
    .filter(({ type, subject }) => type.startsWith("keys.") && subject === keyId)
    .map(({ type }) => type)
    .sort();
}

function tell(title: string, seen: Seen): void {
  const { warm, cold, counts, haltedAtMs, resumedAtMs, recoveryMs } = seen;
  const codes = (calls: CallsNoted, key: string) => {
    const tally = new Map<string, number>();
    for (const { key: of, code, atMs } of calls.recorded.values())
      if (of === key && atMs >= haltedAtMs && atMs < resumedAtMs) tally.set(code, (tally.get(code) ?? 0) + 1);
    const refused = calls.refused.filter((each) => each.key === key).length;
    return JSON.stringify({ ...Object.fromEntries(tally), refused });
  };
  process.stdout.write(
    `${title} away for ${resumedAtMs - haltedAtMs} ms, recovered ${recoveryMs} ms after: ` +
      `${warm.recorded.size + cold.recorded.size} answers recorded, ${warm.refused.length + cold.refused.length} refused with 503; ` +
      `${counts.decisions} decisions, ${counts.usage} in usage, ${counts.events} events of calls, ${counts.checks} of role checks. ` +
      `While away: without limits ${codes(warm, "subject")}, with limits ${codes(warm, "limited")}, never seen before ${codes(cold, "cold")}; ` +
      `slowest ${Math.round(Math.max(warm.slowestMs, cold.slowestMs))} ms\n`,
  );
}

// Stopped as by a crash: a batch may be stored and its loader not told, which an orderly stop would hardly ever do.
test(
  "PostgreSQL stopped under load and started again: no recorded call is lost or doubled, the rest is told so, and all of it recovers without hands",
  async () => {
    const parts = await setUp();
    const { server, postgres } = parts;
    const keys = keysOf(parts);
    const made = [await keys.create("kept"), await keys.create("revoked before")];
    const [kept, revoked] = made.map(({ body }) => body);
    expect((await keys.revoke(revoked.key.id)).status).toBe(200);
    let pending = 0;
    const seen = await throughOutage(parts, {
      part: postgres,
      async during() {
        const ready = await readiness(server);
        expect(ready).toMatchObject({
          code: 503,
          status: "not ready",
          database: false,
          limiter: { up: true },
        });
        expect(ready.recording.lagMs).toBeGreaterThan(500);
        pending = ready.recording.pending;
        expect(pending).toBeGreaterThan(0);
        for (const refused of [await keys.create("too early"), await keys.revoke(kept.key.id)])
          expect(refused).toMatchObject({
            status: 503,
            type: "application/problem+json",
            body: { type: "/docs/problems/unavailable" },
          });
      },
      async recovered() {
        expect(await readiness(server)).toMatchObject({ code: 200, status: "ready", database: true });
      },
    });
    expect(seen.warm.refused.filter(({ atMs }) => atMs < seen.haltedAtMs + warmForMs)).toEqual([]);
    expect([...seen.cold.recorded.values()].filter(({ code }) => code !== "503")).toEqual([]);
    expect(seen.cold.refused.length).toBeGreaterThan(10);

    const after = await keys.create("made after");
    expect(after.status).toBe(201);
    expect((await keys.revoke(kept.key.id)).status).toBe(200);
    const codes = [kept.secret, revoked.secret, after.body.secret].map((secret) => keys.code(secret));
    expect(await Promise.all(codes)).toEqual(["REVOKED", "REVOKED", "VALID"]);
    expect(actionsOf(seen.counts, kept.key.id)).toEqual(["keys.create"]);
    expect(actionsOf(seen.counts, revoked.key.id)).toEqual(["keys.create", "keys.revoke"]);
    for (const cold of parts.scene.cold) expect(await keys.code(cold)).toBe("VALID");
    tell(`PostgreSQL (${pending} records waiting halfway)`, seen);
  },
  testMs,
);

test(
  "Redis stopped under load and started again: every call is answered and recorded once, limits hold by the node's own count meanwhile, and Redis counts again without hands",
  async () => {
    const parts = await setUp();
    const { server, redis } = parts;
    const keys = keysOf(parts);
    const before = (await keys.create("revoked meanwhile")).body;
    expect(await keys.code(before.secret)).toBe("VALID");
    const seen = await throughOutage(parts, {
      part: redis,
      async during() {
        const limiter = { counts: "redis", up: false, outage: "local" };
        expect(await readiness(server)).toMatchObject({ code: 200, status: "ready", limiter });
        const made = await keys.create("made meanwhile");
        expect(made.status).toBe(201);
        expect(await keys.code(made.body.secret)).toBe("VALID");
        expect((await keys.revoke(before.key.id)).status).toBe(200);
        expect(await keys.code(before.secret)).toBe("REVOKED");
      },
      async recovered() {
        expect(await readiness(server)).toMatchObject({ code: 200, limiter: { up: true } });
      },
    });
    expect([...seen.warm.refused, ...seen.cold.refused]).toEqual([]);
    expect(actionsOf(seen.counts, before.key.id)).toEqual(["keys.create", "keys.revoke"]);
    expectLimitsHeld(seen);
    tell("Redis", seen);
  },
  testMs,
);

/** Twenty calls a second; the Redis that came back knows of none, and counts from nothing. */
function expectLimitsHeld({ warm, counts, haltedAtMs, resumedAtMs }: Seen): void {
  const limited = [...warm.recorded].filter(([, { key }]) => key === "limited");
  const times = limited.map(([, { atMs }]) => atMs);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1_000;
  const allowed = limited.filter(([, { code }]) => code === "VALID" || code === "200").length;
  expect(allowed).toBeLessThan(limited.length);
  expect(allowed).toBeLessThanOrEqual(20 * (seconds + 3));
  const away = new Set(
    limited.filter(([, { atMs }]) => atMs > haltedAtMs + 1_000 && atMs < resumedAtMs).map(([id]) => id),
  );
  const reasons = new Set(counts.listed.filter(({ id }) => away.has(id)).map(({ data }) => data.reason));
  expect([...reasons].sort()).toEqual(["LIMITER_LOCAL", "RATE_LIMITED"]);
}
