import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, describe, expect, inject, test } from "vitest";
import { openEmbedded } from "@/lib/db/embedded/embedded";
import { migrate } from "@/lib/db/migrations/migrate";
import { pendingSchemaChange } from "@/lib/db/migrations/write-migration";

const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-migrate-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("migrations", () => {
  test("lead to exactly what the schema file says", async () => {
    expect(await pendingSchemaChange()).toBeNull();
  });

  test("are applied once, and then nothing", async () => {
    const database = await openEmbedded(path.join(directory, "once"));
    expect((await migrate(database.url)).length).toBeGreaterThan(0);
    expect(await migrate(database.url)).toEqual([]);
    await database.close();
  });

  test("refuse a database that newer code has migrated", async () => {
    const database = await openEmbedded(path.join(directory, "newer"));
    await migrate(database.url);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ('x', 'x', '29990101000000_from_the_future', now(), 1)`,
    );
    await client.end();
    await expect(migrate(database.url)).rejects.toThrow(
      /newer than this version of Latchkey.*29990101000000_from_the_future/,
    );
    await database.close();
  });
});

test("every time is stored with its zone, and every tenant table has the workspace first in its key", async () => {
  const client = new pg.Client({ connectionString: inject("databaseUrl") });
  await client.connect();
  const { rows: zoneless } = await client.query(
    `SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type = 'timestamp without time zone' AND table_name <> '_prisma_migrations'`,
  );
  const { rows: keys } = await client.query<{ table_name: string; first: string }>(
    `SELECT t.relname AS table_name, a.attname AS first FROM pg_index i
     JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
     JOIN pg_attribute w ON w.attrelid = t.oid AND w.attname = 'workspace_id' WHERE i.indisprimary`,
  );
  await client.end();
  expect(zoneless).toEqual([]);
  expect(keys.length).toBeGreaterThan(10);
  expect(keys.filter((key) => key.first !== "workspace_id")).toEqual([]);
});
