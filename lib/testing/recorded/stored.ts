import pg from "pg";
import { expect, vi } from "vitest";
import { z } from "zod";
import { EventPage, type CloudEvent } from "@/lib/events/schema";
import type { CallsNoted } from "@/lib/testing/recorded/load";
import type { RecordedScene } from "@/lib/testing/recorded/scene";
import type { TestServer } from "@/lib/testing/servers/start-server";

const Ready = z.object({
  status: z.string(),
  database: z.boolean(),
  limiter: z.object({ counts: z.string(), up: z.boolean(), outage: z.string() }),
  recording: z.object({
    pending: z.number(),
    lagMs: z.number(),
    inherited: z.number().nullable(),
    dropped: z.number(),
  }),
});

/** What `/readyz` says, and its status. */
export async function readiness({ portal }: TestServer) {
  const answer = await fetch(`${portal}/readyz`);
  return { code: answer.status, ...Ready.parse(await answer.json()) };
}

/** Waits until the server has stored all that it recorded, also what others left; nothing may have been dropped. */
export async function allStored(server: TestServer): Promise<void> {
  await vi.waitFor(
    async () => {
      const { recording } = await readiness(server);
      expect(recording).toMatchObject({ pending: 0, inherited: 0, dropped: 0 });
    },
    { timeout: 60_000, interval: 100 },
  );
}

/** What the database holds of a workspace's calls. */
async function storedDecisions(server: TestServer, workspaceId: string) {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; completed: boolean }>(
    "select id, completed from decision where workspace_id = $1",
    [workspaceId],
  );
  const usage = await client.query<{ calls: number }>(
    "select coalesce(sum(calls), 0)::float8 as calls from usage_per_minute where workspace_id = $1",
    [workspaceId],
  );
  await client.end();
  return {
    rows: rows.length,
    ids: new Set(rows.map(({ id }) => id)),
    open: rows.filter(({ completed }) => !completed).length,
    calls: usage.rows[0]?.calls ?? 0,
  };
}

/** Every event of the workspace that the API lists, newest first. */
export async function listedEvents(
  server: TestServer,
  { caller }: Pick<RecordedScene, "caller">,
): Promise<CloudEvent[]> {
  const events: CloudEvent[] = [];
  for (let query = ""; ;) {
    const answer = await fetch(`${server.portal}/api/v1/events?limit=100${query}`, {
      headers: { authorization: `Bearer ${caller}` },
    });
    const { items, nextCursor } = EventPage.parse(await answer.json());
    events.push(...items);
    if (nextCursor === null) return events;
    query = `&cursor=${nextCursor}`;
  }
}

/** How many of each there are. */
export interface RecordedCounts {
  decisions: number;
  usage: number;
  events: number;
  checks: number;
  listed: CloudEvent[];
}

/**
 * Expects every call that was answered whole in decisions, usage and events, and every verification's role check in
 * events: once each.
 */
export async function expectRecordedOnce(
  server: TestServer,
  scene: RecordedScene,
  { recorded }: CallsNoted,
): Promise<RecordedCounts> {
  const found = await storedDecisions(server, scene.workspaceId);
  expect([...recorded.keys()].filter((id) => !found.ids.has(id))).toEqual([]);
  expect(found.rows).toBe(found.ids.size);
  expect(found.open).toBe(0);
  expect(found.calls).toBe(found.rows);
  const listed = await listedEvents(server, scene);
  const idsOf = (room: string) => listed.filter(({ type }) => type.startsWith(room)).map(({ id }) => id);
  const events = idsOf("decision.");
  expect(events).toHaveLength(new Set(events).size);
  expect(new Set(events)).toEqual(found.ids);
  const checks = idsOf("role-check.");
  expect(checks).toHaveLength(new Set(checks).size);
  const verified = [...recorded].filter(([, { asked }]) => asked === "verify").map(([id]) => `${id}-role`);
  const told = new Set(checks);
  expect(verified.filter((id) => !told.has(id))).toEqual([]);
  const ofVerify = listed.filter(
    ({ type, data }) => type.startsWith("role-check.") && data.endpoint === "POST /api/v1/keys/verify",
  );
  return {
    decisions: found.rows,
    usage: found.calls,
    events: events.length,
    checks: ofVerify.length,
    listed,
  };
}
