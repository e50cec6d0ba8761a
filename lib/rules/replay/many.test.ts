import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeEach, expect, test } from "vitest";
import { sql } from "@/lib/db/client";
import type { ReplayResult } from "@/lib/rules/replay/schema";
import { replayScene, sceneAtMs, type ReplayScene } from "@/lib/testing/rules/replay-scene";

let scene: ReplayScene;
beforeEach(async () => {
  scene = await replayScene();
});

const noWrites = { name: "no-writes", effect: "deny", when: { method: "POST" } };

/** A million takes a minute or two; the suite's size shows the same. */
const size = Number(process.env.REPLAY_DECISIONS ?? 50_000);

test("many decisions are scored once each, with memory that does not grow, while others have their turns", async () => {
  await fill(size);
  const heap = heapMeter();
  const replayed = await scene.start({
    draft: { ...noWrites, when: { header: { "x-number": { glob: "*7" } } } },
  });
  const held: number[] = [];
  const seen: number[] = [];
  const turns = countTurns();
  let result: ReplayResult | null = null;
  for await (const line of replayed) {
    if (line.type === "error") throw new Error(line.problem.detail);
    if (line.type === "result") result = line;
    else if (seen.push(line.scanned) % 5 === 1) held.push(heap());
  }
  const taken = turns.stop();
  expect(result).toMatchObject({
    scanned: size,
    counts: { same: size - size / 10, newlyDenied: size / 10, newlyAllowed: 0, unknown: 0, outside: 0 },
  });
  expect(result?.groups[0]?.samples).toHaveLength(20);
  expect(new Set(result?.groups[0]?.samples.map(({ id }) => id)).size).toBe(20);
  expect(seen.length).toBeGreaterThan(2);
  expect([...seen].sort((one, other) => one - other)).toEqual(seen);
  const growth = Math.max(...held) - (held[0] ?? 0);
  process.stdout.write(
    `replayed ${size} decisions in ${result?.durationMs} ms, heap grew by ${growth.toFixed(1)} MB, ${taken} turns of others\n`,
  );
  // Held rows would be a kilobyte each.
  expect(growth).toBeLessThan(16);
  // Others come between any two reads of 500, and every 4 ms.
  expect(taken).toBeGreaterThan(size / 1_000);
}, 600_000);

test("a client that leaves ends it, without a result", async () => {
  await fill(5_000);
  const gone = new AbortController();
  const lines = await scene.start({ draft: noWrites }, { signal: gone.signal });
  expect((await lines.next()).value).toMatchObject({ type: "progress", scanned: 500 });
  gone.abort();
  expect((await lines.next()).done).toBe(true);
});

test("at most two run for one workspace, and one that was left gives its place back", async () => {
  await fill(2_000);
  const [one, other] = [new AbortController(), new AbortController()];
  const first = await scene.start({ draft: noWrites }, { signal: one.signal });
  await first.next();
  await scene.start({ draft: noWrites }, { signal: other.signal });
  await expect(scene.start({ draft: noWrites })).rejects.toMatchObject({ kind: "rate-limited" });
  // Never read at all.
  other.abort();
  expect((await scene.resultOf({ draft: noWrites })).scanned).toBe(2_000);
  one.abort();
  expect((await first.next()).done).toBe(true);
});

/** Decisions a microsecond apart with a kilobyte of input each, made by the database. */
async function fill(count: number): Promise<void> {
  await sql().query(
    `insert into decision (workspace_id, id, at, node, source, ruleset_version, credential_id, secret_id, credential_name,
       credential_prefix, service_id, service, method, path, address, verdict, rules, reason, status, request_bytes,
       response_bytes, authenticate_us, decide_us, total_us, input)
     select $1, 'evt_' || $1 || n, $2::timestamptz + n * interval '1 microsecond', 'n', 'gateway', 1, $3, 's', 'ada', 'lk', $4,
       'payments', 'GET', '/v1/' || (n % 100), '203.0.113.7', 'allow', '{}', 'DEFAULT_ALLOW', 200, 0, 0, 0, 0, 0,
       jsonb_build_object('headers', jsonb_build_object('x-number', n::text, 'x-pad', repeat(md5(n::text), 30)))
     from generate_series(1, $5) as n`,
    [scene.workspace.workspaceId, new Date(sceneAtMs).toISOString(), scene.key.id, scene.serviceId, count],
  );
  // As the server does by itself where rows come over time.
  await sql().query("analyze decision");
}

/** Megabytes that are held once garbage is collected. */
function heapMeter(): () => number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("no gc");
  return () => {
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
}

/** How often others had a turn. */
function countTurns() {
  let turns = 0;
  let going = true;
  const turn = () => {
    turns += 1;
    if (going) setTimeout(turn, 0);
  };
  turn();
  return {
    stop() {
      going = false;
      return turns;
    },
  };
}
