import { expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { deleteExpired } from "@/lib/events/retention";
import { decisionRecord } from "@/lib/testing/decision-record";
import { createTestWorkspace } from "@/lib/testing/workspace";

const dayMs = 86_400_000;

async function left(workspaceId: string) {
  const { rows } = await sql().query(
    `select (select count(*)::int from decision where workspace_id = $1) as decisions,
     (select count(*)::int from usage_per_minute where workspace_id = $1) as minutes,
     (select count(*)::int from usage_per_hour where workspace_id = $1) as hours,
     (select count(*)::int from usage_per_day where workspace_id = $1) as days`,
    [workspaceId],
  );
  return rows[0];
}

test("decisions go when their workspace keeps them no longer, in as many chunks as it takes; usage goes after 7 days of minutes, 90 of hours and three years of days", async () => {
  const [short, long] = [await createTestWorkspace(), await createTestWorkspace()];
  await db().workspace.update({ where: { id: short.workspaceId }, data: { retentionDays: 7 } });
  const at = (workspaceId: string, days: number) =>
    decisionRecord(workspaceId, { atMs: Date.now() - days * dayMs });
  for (const { workspaceId } of [short, long]) {
    await insertBatch(Array.from({ length: 5_200 }, () => at(workspaceId, 8)));
    await insertBatch([at(workspaceId, 6), at(workspaceId, 401)]);
  }
  await deleteExpired();
  expect(await left(short.workspaceId)).toEqual({ decisions: 1, minutes: 1, hours: 2, days: 3 });
  expect(await left(long.workspaceId)).toEqual({ decisions: 5_201, minutes: 1, hours: 2, days: 3 });
});

test("two nodes at it at once delete each row once and fail neither", async () => {
  const { workspaceId } = await createTestWorkspace();
  await insertBatch(
    Array.from({ length: 300 }, () => decisionRecord(workspaceId, { atMs: Date.now() - 200 * dayMs })),
  );
  await Promise.all([deleteExpired(), deleteExpired()]);
  await deleteExpired();
  expect(await left(workspaceId)).toEqual({ decisions: 0, minutes: 0, hours: 0, days: 1 });
});
