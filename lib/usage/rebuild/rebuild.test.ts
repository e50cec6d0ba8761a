import { expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { latencyBucket } from "@/lib/events/loading/usage/usage-rows";
import type { DecisionRecord } from "@/lib/events/schema";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { rebuildAll } from "@/lib/usage/rebuild/first-rebuild";
import { rebuildUsage, type UsageSource } from "@/lib/usage/rebuild/rebuild";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Midnight between two whole days of the last week. */
const midnight = Math.floor(Date.now() / dayMs) * dayMs - 2 * dayMs;

/** Reproducible numbers from 0 to below 1 (Park and Miller's minimal standard generator). */
function numbersFrom(seed: number) {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Calls of several keys around midnight and the full hours beside it, as varied as calls can be. */
function calls(workspaceId: string, count: number): DecisionRecord[] {
  const next = numbersFrom(42);
  const pick = <Item>(...items: [Item, ...Item[]]): Item =>
    items[Math.floor(next() * items.length)] ?? items[0];
  return Array.from({ length: count }, () => {
    const key = pick("a", "b", "c", "");
    const verdict = pick("allow", "allow", "allow", "deny", "limited");
    return decisionRecord(workspaceId, {
      atMs: midnight + pick(-hourMs, 0, hourMs) + Math.floor((next() - 0.5) * 240_000) + 0.25,
      credential:
        key === ""
          ? null
          : {
              id: `key_${key}`,
              secretId: `secret_${key}_${pick(1, 2)}`,
              name: key,
              prefix: "lk_live",
              customerId: key === "a" ? "cus_1" : null,
            },
      service: pick(null, { id: "svc_1", slug: "one" }, { id: "svc_2", slug: "two" }),
      method: pick("GET", "POST", "FETCH", "BREW"),
      route: pick(null, "/v1/things/{id}"),
      verdict,
      status: verdict === "allow" ? pick(200, 201, 404, 499, 502) : verdict === "deny" ? 403 : 429,
      totalUs: Math.floor(2 ** (next() * 31)),
      requestBytes: Math.floor(next() * 1_000),
      responseBytes: Math.floor(next() * 100_000),
      count: pick(1, 1, 1, 7),
      cost: pick(0, 1, 1, 5),
    });
  });
}

async function tables(workspaceId: string) {
  const read = async (table: string) => {
    const { rows } = await sql().query(
      `select to_jsonb(u) - 'workspace_id' as row from ${table} u where workspace_id = $1 order by to_jsonb(u)::text`,
      [workspaceId],
    );
    return rows.map(({ row }) => row);
  };
  return {
    minute: await read("usage_per_minute"),
    hour: await read("usage_per_hour"),
    day: await read("usage_per_day"),
  };
}

async function totals(table: string, workspaceId: string): Promise<Record<string, number>> {
  const { rows } = await sql().query<{ key_id: string; calls: string }>(
    `select key_id, sum(calls) as calls from ${table} where workspace_id = $1 group by 1`,
    [workspaceId],
  );
  return Object.fromEntries(rows.map((row) => [row.key_id, Number(row.calls)]));
}

async function loaded(records: DecisionRecord[]) {
  for (let from = 0; from < records.length; from += 97) await insertBatch(records.slice(from, from + 97));
}

test("usage totals equal the calls counted, per key and in all, over an hour boundary and a day boundary", async () => {
  const { workspaceId } = await createTestWorkspace();
  const records = calls(workspaceId, 1_000);
  await loaded(records);
  const expected: Record<string, number> = {};
  for (const { credential, count } of records)
    expected[credential?.id ?? ""] = (expected[credential?.id ?? ""] ?? 0) + count;
  for (const table of ["usage_per_minute", "usage_per_hour", "usage_per_day"])
    expect(await totals(table, workspaceId)).toEqual(expected);
  const { hour, day } = await tables(workspaceId);
  expect(new Set(hour.map((row) => row.hour)).size).toBe(4);
  expect(new Set(day.map((row) => row.day)).size).toBe(2);
});

test.each<UsageSource>(["decisions", "minutes", "hours"])(
  "usage made again from %s equals what was counted, to the last row, whatever had become of it",
  async (source) => {
    const { workspaceId } = await createTestWorkspace();
    await loaded(calls(workspaceId, 700));
    const counted = await tables(workspaceId);
    expect(counted.minute.length).toBeGreaterThan(300);
    await sql().query("update usage_per_day set calls = calls + 1 where workspace_id = $1", [workspaceId]);
    if (source !== "hours")
      await sql().query("delete from usage_per_hour where workspace_id = $1", [workspaceId]);
    if (source === "decisions")
      await sql().query("update usage_per_minute set latency = '{9}' where workspace_id = $1", [workspaceId]);
    const span = { fromMs: midnight - hourMs, toMs: midnight + hourMs, source };
    const { days } = await rebuildUsage(workspaceId, span);
    expect(days.map((day) => day.from)).toEqual([source, source]);
    expect(await tables(workspaceId)).toEqual(counted);
  },
);

test("usage is made again while calls are being loaded, and no call is lost or counted twice", async () => {
  const { workspaceId } = await createTestWorkspace();
  const records = calls(workspaceId, 600);
  await Promise.all([
    loaded(records),
    rebuildUsage(workspaceId, { fromMs: midnight - dayMs, toMs: midnight + dayMs }),
    rebuildUsage(workspaceId, { fromMs: midnight - dayMs, toMs: midnight + dayMs }),
  ]);
  const counted = await tables(workspaceId);
  await rebuildUsage(workspaceId, { fromMs: midnight - dayMs, toMs: midnight + dayMs });
  expect(await tables(workspaceId)).toEqual(counted);
  const all = Object.values(await totals("usage_per_hour", workspaceId)).reduce((sum, one) => sum + one, 0);
  expect(all).toBe(records.reduce((sum, { count }) => sum + count, 0));
});

test("a day whose decisions are gone is made from what is left, and stays as it is when nothing is", async () => {
  const { workspaceId } = await createTestWorkspace();
  await db().workspace.update({ where: { id: workspaceId }, data: { retentionDays: 1 } });
  await loaded(calls(workspaceId, 100));
  const counted = await tables(workspaceId);
  const { days } = await rebuildUsage(workspaceId, { fromMs: midnight, toMs: midnight + 1 });
  expect(days).toEqual([{ day: new Date(midnight).toISOString().slice(0, 10), from: "minutes" }]);
  const long = { fromMs: midnight - 300 * dayMs, toMs: midnight - 300 * dayMs + 1 };
  expect((await rebuildUsage(workspaceId, long)).days).toMatchObject([{ from: "nothing" }]);
  expect(await tables(workspaceId)).toEqual(counted);
});

test("the loader and the database put every latency into the same bucket", async () => {
  const bounds = Array.from({ length: 124 }, (_, bucket) => Math.floor(2 ** (bucket / 4)) + 1);
  const latencies = [0, 1, 2, 3, 2_147_483_647];
  for (const bound of bounds) latencies.push(bound - 1, bound, bound + 1);
  const { rows } = await sql().query<{ us: number; bucket: number }>(
    "select us, width_bucket(us, $1::int[]) as bucket from unnest($2::int[]) as us",
    [bounds, latencies],
  );
  expect(rows.filter(({ us, bucket }) => latencyBucket(us) !== bucket)).toEqual([]);
});

test("usage that is missing altogether is made from all decisions that are kept", async () => {
  const { workspaceId } = await createTestWorkspace();
  await loaded(calls(workspaceId, 200));
  const counted = await tables(workspaceId);
  for (const unit of ["minute", "hour", "day"])
    await sql().query(`delete from usage_per_${unit} where workspace_id = $1`, [workspaceId]);
  await rebuildAll(workspaceId, () => true);
  expect((await tables(workspaceId)).day).toEqual([]);
  await rebuildAll(workspaceId, () => false);
  expect(await tables(workspaceId)).toEqual(counted);
});
