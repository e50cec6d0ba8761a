import pg from "pg";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** On the embedded database one transaction is at work at a time, so nothing can overtake there. */
test("a batch that was numbered later is not to be seen before one that was numbered earlier and is not stored yet", async () => {
  const { workspaceId } = await createTestWorkspace();
  const other = new pg.Pool({ connectionString: inject("databaseUrl") });
  const blocker = await other.connect();
  onTestFinished(async () => {
    blocker.release(true);
    await other.end();
  });
  const waiting = async (what: string) => {
    const { rows } = await other.query<{ n: number }>(
      `select count(*)::int as n from pg_locks where not granted and ${what}
          and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows[0]?.n ?? 0;
  };
  const seen = async () => {
    const { rows } = await other.query<{ id: string }>(
      "select id from decision where workspace_id = $1 order by seq",
      [workspaceId],
    );
    return rows.map(({ id }) => id);
  };
  await blocker.query("begin; lock table usage_per_minute in share mode");
  const earlier = decisionRecord(workspaceId);
  const first = insertBatch([earlier]);
  // It has its number, and cannot count the call.
  await vi.waitUntil(async () => (await waiting("relation = 'usage_per_minute'::regclass")) === 1, 10_000);
  const later = decisionRecord(workspaceId, { phase: "opened" });
  let isStored = false;
  const second = insertBatch([later], { spool: "spool" }).finally(() => (isStored = true));
  await vi.waitUntil(async () => isStored || (await waiting("locktype = 'advisory'")) === 1, 10_000);
  expect(await seen()).toEqual([]);
  await blocker.query("commit");
  await Promise.all([first, second]);
  expect(await seen()).toEqual([earlier.id, later.id]);
});
