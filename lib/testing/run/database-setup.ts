import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { openEmbedded } from "@/lib/db/embedded/embedded";
import { migrate } from "@/lib/db/migrations/migrate";
import { createPostgresDatabase } from "@/lib/testing/servers/postgres-database";
import { testSecret } from "@/lib/testing/run/test-environment";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

/** One database for the run: embedded, or a fresh one on TEST_POSTGRES_URL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Servers that tests start on this database must all know it by the same secret.
  process.env.LATCHKEY_TEST_SECRET = testSecret;
  const database = await openTestDatabase();
  await migrate(database.url);
  project.provide("databaseUrl", database.url);
  return database.close;
}

async function openTestDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const server = process.env.TEST_POSTGRES_URL;
  if (server !== undefined) {
    const { url, drop } = await createPostgresDatabase(server);
    return { url, close: drop };
  }
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-unit-"));
  const embedded = await openEmbedded(directory);
  const close = () => embedded.close().then(() => rmSync(directory, { recursive: true, force: true }));
  return { url: embedded.url, close };
}
