import pg from "pg";
import { locks } from "@/lib/db/locks";
import { applyMigrations, migrationNames } from "@/lib/db/migrations/schema-engine";
import { StartRefused } from "@/lib/process/start-refused";

/** The database was migrated by newer code than this. */
export class DatabaseTooNew extends StartRefused {}

/**
 * Applies pending migrations under a lock, so that nodes that start together do not run one twice. Throws
 * {@link DatabaseTooNew} when the database knows a migration that this code does not.
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [locks.migration]);
    const known = migrationNames();
    const applied = await appliedNames(client);
    refuseNewer(applied, known);
    return applied.length === known.length ? [] : await applyMigrations(url);
  } finally {
    await client.end();
  }
}

async function appliedNames(client: pg.Client): Promise<string[]> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found",
  );
  if (tables[0]?.found !== true) return [];
  const { rows } = await client.query<{ migration_name: string }>(
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL",
  );
  return rows.map((row) => row.migration_name);
}

function refuseNewer(applied: readonly string[], known: readonly string[]): void {
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new DatabaseTooNew(
      `The database is newer than this version of Latchkey: it has ${unknown.join(", ")}. Start the version that wrote it, or restore a backup.`,
    );
}
