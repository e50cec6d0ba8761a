import { expect, test } from "vitest";
import { sql } from "@/lib/db/client";
import { singleRefusalsPerSecond } from "@/lib/events/loading/usage/merge-refusals";
import { recordingHealth } from "@/lib/events/recording/health";
import { recordDecision } from "@/lib/events/recording/record";
import { flushRecords } from "@/lib/events/recording/start";
import { summarizeDecisions } from "@/lib/events/decisions/summarize-decisions";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";

test("a flood of refusals without a key becomes few rows whose counts are exact, in the list and in usage", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const flood = 10_000;
  for (let index = 0; index < flood; index += 1)
    recordDecision(
      decisionRecord(workspaceId, {
        verdict: "deny",
        reason: index % 2 === 0 ? "MALFORMED" : "NOT_FOUND",
        status: 401,
        path: `/guess/${index}`,
        address: "198.51.100.4",
        responseBytes: 100,
      }),
    );
  recordDecision(decisionRecord(workspaceId));
  expect(recordingHealth().pending).toBeLessThan(1_000);
  expect(await flushRecords()).toBe(true);
  const { rows } = await sql().query<{ rows: number; calls: number; bytes: number }>(
    "select count(*)::int as rows, sum(count)::int as calls, sum(response_bytes)::int as bytes from decision where workspace_id = $1 and verdict = 'deny'",
    [workspaceId],
  );
  expect(rows[0]).toMatchObject({ calls: flood, bytes: flood * 100 });
  // Two reasons, and the loop may cross into a second or third second.
  expect(rows[0]?.rows).toBeLessThanOrEqual(3 * (singleRefusalsPerSecond + 2));
  const merged = await sql().query(
    "select distinct path, method, address, reason from decision where workspace_id = $1 and count > 1 order by reason",
    [workspaceId],
  );
  expect(merged.rows).toEqual([
    { path: "*", method: "GET", address: "198.51.100.4", reason: "MALFORMED" },
    { path: "*", method: "GET", address: "198.51.100.4", reason: "NOT_FOUND" },
  ]);
  const usage = await sql().query<{ calls: number }>(
    "select sum(calls)::int as calls from usage_per_hour where workspace_id = $1 and outcome = 'denied'",
    [workspaceId],
  );
  expect(usage.rows[0]?.calls).toBe(flood);
  const summary = await summarizeDecisions(owner, { minutes: 5 });
  expect(summary.perSecond.denied * 300).toBeCloseTo(flood);
  expect(summary.perSecond.allowed * 300).toBeCloseTo(1);
});

test("a refusal of a known key, or an allowed call without one, is never merged", async () => {
  const { workspaceId } = await createTestWorkspace();
  const credential = { id: "key_a", secretId: "s", name: "a", prefix: "lk_live", customerId: null };
  const count = singleRefusalsPerSecond * 3;
  for (let index = 0; index < count; index += 1) {
    recordDecision(decisionRecord(workspaceId, { verdict: "deny", credential }));
    recordDecision(decisionRecord(workspaceId));
  }
  await flushRecords();
  const { rows } = await sql().query<{ rows: number }>(
    "select count(*)::int as rows from decision where workspace_id = $1",
    [workspaceId],
  );
  expect(rows[0]?.rows).toBe(2 * count);
});

test("counters equal the records of the window, with the average of our own part", async () => {
  const { workspaceId, owner } = await createTestWorkspace();
  const credential = { id: "key_a", secretId: "s", name: "a", prefix: "lk_live", customerId: "cus_a" };
  recordDecision(decisionRecord(workspaceId, { totalUs: 1_000, upstreamUs: 900 }));
  recordDecision(
    decisionRecord(workspaceId, { totalUs: 500, upstreamUs: null, verdict: "deny", credential }),
  );
  recordDecision(
    decisionRecord(workspaceId, { totalUs: 300, upstreamUs: 100, verdict: "limited", credential }),
  );
  recordDecision(decisionRecord(workspaceId, { atMs: Date.now() - 61 * 60_000 }));
  await flushRecords();
  for (const minutes of [1, 5, 60]) {
    const summary = await summarizeDecisions(owner, { minutes });
    expect(summary).toMatchObject({ windowSeconds: minutes * 60, bucketSeconds: minutes });
    expect(summary.series).toHaveLength(60);
    const sums = summary.series.reduce(
      (sum, bucket) => [
        (sum[0] ?? 0) + bucket.allowed,
        (sum[1] ?? 0) + bucket.denied,
        (sum[2] ?? 0) + bucket.limited,
      ],
      [0, 0, 0],
    );
    expect(sums).toEqual([1, 1, 1]);
    expect(summary.ourAverageUs).toBeCloseTo((100 + 500 + 200) / 3);
    const starts = summary.series.map((bucket) => Date.parse(bucket.at));
    expect(
      starts.every((at, index) => index === 0 || at - (starts[index - 1] ?? 0) === minutes * 1_000),
    ).toBe(true);
  }
  const bound = { ...owner, kind: "key" as const, keyId: "k", secretId: "s", name: "k", customerId: "cus_a" };
  const own = await summarizeDecisions(bound, { minutes: 5 });
  expect(
    [own.perSecond.allowed, own.perSecond.denied * 300, own.perSecond.limited * 300].map(Math.round),
  ).toEqual([0, 1, 1]);
});
