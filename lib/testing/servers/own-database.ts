import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { openEmbedded } from "@/lib/db/embedded/embedded";
import { migrate } from "@/lib/db/migrations/migrate";
import { createPostgresDatabase } from "@/lib/testing/servers/postgres-database";

/**
 * A database of a test file's own, of the run's kind, so that no server which another test started does this one's work.
 * Answers how its address can be had once the tests run.
 */
export function useOwnDatabase(): () => string {
  let own = { url: "", drop: () => Promise.resolve() };
  beforeAll(async () => {
    own = await create();
    await migrate(own.url);
    await disconnectDatabase();
    connectDatabase(own.url, 5);
  });
  afterAll(async () => {
    await disconnectDatabase();
    connectDatabase(inject("databaseUrl"), 5);
    await own.drop();
  });
  return () => own.url;
}

async function create(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = process.env.TEST_POSTGRES_URL;
  if (server !== undefined) return createPostgresDatabase(server);
  const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-own-"));
  const { url, close } = await openEmbedded(path.join(directory, "database"));
  return {
    url,
    async drop() {
      await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
