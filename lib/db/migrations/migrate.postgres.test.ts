import { expect, test } from "vitest";
import { migrate } from "@/lib/db/migrations/migrate";
import { createPostgresDatabase } from "@/lib/testing/servers/postgres-database";

test("migrations are applied once when four nodes start together", async () => {
  const { url, drop } = await createPostgresDatabase(process.env.TEST_POSTGRES_URL ?? "");
  const applied = (await Promise.all(Array.from({ length: 4 }, () => migrate(url)))).flat();
  await drop();
  expect(applied.length).toBeGreaterThan(0);
  expect(new Set(applied).size).toBe(applied.length);
});
