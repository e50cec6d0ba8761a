import pg from "pg";
import { describe, expect, inject, test, vi } from "vitest";
import { connectDatabase, disconnectDatabase, sql } from "@/lib/db/client";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import { recordingHealth } from "@/lib/events/recording/health";
import { recordDecision } from "@/lib/events/recording/record";
import { flushRecords } from "@/lib/events/recording/start";
import { decisionRecord } from "@/lib/testing/decision-record";
import { severableDatabase } from "@/lib/testing/servers/severable-database";
import { createTestWorkspace } from "@/lib/testing/workspace";

async function storedIds(workspaceId: string): Promise<string[]> {
  const { rows } = await sql().query<{ id: string }>(
    "select id from decision where workspace_id = $1 order by seq",
    [workspaceId],
  );
  return rows.map((row) => row.id);
}

async function callsCounted(workspaceId: string): Promise<number> {
  const { rows } = await sql().query<{ calls: number }>(
    "select coalesce(sum(calls), 0)::float8 as calls from usage_per_hour where workspace_id = $1",
    [workspaceId],
  );
  return rows[0]?.calls ?? 0;
}

const many = (workspaceId: string, count: number) =>
  Array.from({ length: count }, () => decisionRecord(workspaceId));

describe("a recorded decision", () => {
  test("is in the database within a second, with every field, without anyone flushing", async () => {
    const { workspaceId } = await createTestWorkspace();
    const record = decisionRecord(workspaceId, {
      credential: { id: "key_1", secretId: "s1", name: "billing", prefix: "lk_live", customerId: "cus_1" },
      service: { id: "svc_1", slug: "invoices" },
      shadow: { verdict: "deny", rules: ["office-hours"] },
      rules: ["a", 'b "quoted", {braced}'],
      atMs: 1_795_000_000_123.456,
      traceId: "trace",
      input: '{"query":{"a":"1"}}',
    });
    recordDecision(record);
    await vi.waitFor(async () => expect(await storedIds(workspaceId)).toEqual([record.id]), {
      timeout: 1_000,
    });
    const { rows } = await sql().query(
      "select *, to_char(at at time zone 'UTC', 'SS.US') as micros from decision where id = $1",
      [record.id],
    );
    expect(rows[0]).toMatchObject({
      workspace_id: workspaceId,
      source: "gateway",
      ruleset_version: 1,
      credential_id: "key_1",
      secret_id: "s1",
      credential_name: "billing",
      credential_prefix: "lk_live",
      customer_id: "cus_1",
      service_id: "svc_1",
      service: "invoices",
      method: "GET",
      path: "/v1/invoices",
      route: "/v1/invoices",
      address: "203.0.113.7",
      user_agent: "curl/8",
      verdict: "allow",
      rules: ["a", 'b "quoted", {braced}'],
      reason: "RULE",
      shadow: { verdict: "deny", rules: ["office-hours"] },
      status: 200,
      request_bytes: "10",
      response_bytes: "200",
      authenticate_us: 5,
      decide_us: 2,
      total_us: 1000,
      upstream_us: 900,
      trace_id: "trace",
      count: 1,
      micros: "40.123456",
      input: { query: { a: "1" } },
    });
  });

  test("keeps text that the database cannot hold as replacement characters, and cuts what is too long", async () => {
    const { workspaceId } = await createTestWorkspace();
    const record = decisionRecord(workspaceId, {
      userAgent: "nul \0 and half \ud83d",
      path: "/" + "p".repeat(5_000),
      route: "/" + "r".repeat(5_000),
      totalUs: Number.POSITIVE_INFINITY,
      status: 1e12,
      input: '{"query":{"a":"\\u0000"}}',
    });
    recordDecision(record);
    expect(await flushRecords()).toBe(true);
    const { rows } = await sql().query<{ user_agent: string; path: string; input: unknown }>(
      "select user_agent, path, input from decision where workspace_id = $1",
      [workspaceId],
    );
    expect(rows[0]?.user_agent).toBe("nul \uFFFD and half \uFFFD");
    expect(rows[0]?.path).toHaveLength(2_048);
    expect(rows[0]?.input).toBeNull();
    expect(recordingHealth()).toMatchObject({ pending: 0, lagMs: 0, dropped: 0, lastError: null });
  });

  test("is stored and counted once when its batch is sent again, alone or among new ones", async () => {
    const { workspaceId } = await createTestWorkspace();
    const first = many(workspaceId, 40);
    const rest = many(workspaceId, 10);
    expect((await insertBatch(first)).rows).toBe(40);
    expect((await insertBatch(first)).rows).toBe(0);
    expect(await insertBatch([...first, ...rest, ...rest])).toMatchObject({ rows: 10, firstSeq: null });
    expect(await storedIds(workspaceId)).toEqual([...first, ...rest].map((record) => record.id));
    expect(await callsCounted(workspaceId)).toBe(50);
  });

  test("moves its key's and secret's last use forward, at most once a minute, and not when the key was refused", async () => {
    const { workspaceId } = await createTestWorkspace();
    await sql().query(
      "insert into api_key (workspace_id, id, name, environment, created_by, updated_at) values ($1, 'key_t', 'k', 'live', 'system', now())",
      [workspaceId],
    );
    const secretId = workspaceId.slice(-16);
    await sql().query(
      "insert into secret (workspace_id, id, key_id, prefix, hash, last_four) values ($1, $2, 'key_t', 'lk_live', '', '9fZk')",
      [workspaceId, secretId],
    );
    const credential = { id: "key_t", secretId, name: "k", prefix: "lk_live", customerId: null };
    const lastUse = async () => {
      const { rows } = await sql().query<{ key: Date | null; secret: Date | null; from: string | null }>(
        `select k.last_used_at as key, s.last_used_at as secret, k.last_used_from as from from api_key k
         join secret s on s.workspace_id = k.workspace_id and s.key_id = k.id where k.workspace_id = $1`,
        [workspaceId],
      );
      return rows[0];
    };
    const atMs = Date.now() - 300_000;
    recordDecision(
      decisionRecord(workspaceId, { credential, atMs: atMs - 60_000, verdict: "deny", reason: "DISABLED" }),
    );
    await flushRecords();
    recordDecision(decisionRecord(workspaceId, { credential, atMs, address: "198.51.100.4" }));
    await flushRecords();
    await vi.waitFor(async () =>
      expect(await lastUse()).toEqual({ key: new Date(atMs), secret: new Date(atMs), from: "198.51.100.4" }),
    );
    recordDecision(decisionRecord(workspaceId, { credential, atMs: atMs + 59_000 }));
    recordDecision(decisionRecord(workspaceId, { credential, atMs: atMs + 1_000 }));
    await flushRecords();
    recordDecision(decisionRecord(workspaceId, { credential, atMs: atMs + 61_000 }));
    await flushRecords();
    await vi.waitFor(async () => expect(await lastUse()).toMatchObject({ key: new Date(atMs + 61_000) }));
  });
});

describe("loading", () => {
  test("by two loaders at once makes numbers visible in order: a reader that resumes by number misses nothing", async () => {
    const { workspaceId } = await createTestWorkspace();
    const other = new pg.Pool({ connectionString: inject("databaseUrl"), max: 2 });
    const sent = new Set<string>();
    const load = async () => {
      for (let batch = 0; batch < 15; batch += 1) {
        const records = many(workspaceId, 30);
        records.forEach((record) => sent.add(record.id));
        await insertBatch(records);
      }
    };
    const loading = Promise.all([load(), load()]);
    let finished = false;
    void loading.finally(() => (finished = true));
    const seen: string[] = [];
    let position = "0";
    for (let done = false; !done;) {
      done = finished;
      const { rows } = await other.query<{ id: string; seq: string }>(
        "select id, seq from decision where workspace_id = $1 and seq > $2 order by seq limit 50",
        [workspaceId, position],
      );
      seen.push(...rows.map((row) => row.id));
      position = rows.at(-1)?.seq ?? position;
      if (rows.length > 0) done = false;
    }
    await loading;
    await other.end();
    expect(seen).toHaveLength(900);
    expect(new Set(seen)).toEqual(sent);
  });

  test("waits while the database is away and goes on by itself, in order and once each, when it is back", async () => {
    const { workspaceId } = await createTestWorkspace();
    const proxy = await severableDatabase(inject("databaseUrl"));
    await disconnectDatabase();
    connectDatabase(proxy.url, 5);
    try {
      const records = many(workspaceId, 60);
      for (const record of records.slice(0, 20)) recordDecision(record);
      await flushRecords();
      proxy.sever();
      for (const record of records.slice(20)) recordDecision(record);
      await vi.waitFor(
        () => expect(recordingHealth()).toMatchObject({ pending: 40, lastError: expect.any(String) }),
        { timeout: 5_000 },
      );
      expect(recordingHealth().lagMs).toBeGreaterThan(0);
      expect(await flushRecords(50)).toBe(false);
      proxy.restore();
      await vi.waitFor(
        () => expect(recordingHealth()).toMatchObject({ pending: 0, lagMs: 0, dropped: 0, lastError: null }),
        { timeout: 10_000 },
      );
      expect(await storedIds(workspaceId)).toEqual(records.map((record) => record.id));
      expect(await callsCounted(workspaceId)).toBe(60);
    } finally {
      await disconnectDatabase();
      connectDatabase(inject("databaseUrl"), 5);
      await proxy.close();
    }
  });
});
