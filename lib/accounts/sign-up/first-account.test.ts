import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { signUp, signUpRefusal } from "@/lib/accounts/sign-up/sign-up";
import { connectDatabase, db, disconnectDatabase } from "@/lib/db/client";
import { openEmbedded, type EmbeddedDatabase } from "@/lib/db/embedded/embedded";
import { migrate } from "@/lib/db/migrations/migrate";
import { changeEnvironment } from "@/lib/testing/run/change-environment";
import { freshEmail, testPassword } from "@/lib/testing/person";

const directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-first-"));
let embedded: EmbeddedDatabase;

/** Other tests' accounts would not be the first, so this file has a database of its own. */
beforeAll(async () => {
  embedded = await openEmbedded(directory);
  await migrate(embedded.url);
  await disconnectDatabase();
  connectDatabase(embedded.url, 5);
});

afterAll(async () => {
  await disconnectDatabase();
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
  connectDatabase(inject("databaseUrl"), 1);
});

test("with SIGN_UP=invite exactly one person makes the first account, also of several at once, and nobody after them", async () => {
  const restore = changeEnvironment({ SIGN_UP: "invite" });
  expect(await signUpRefusal()).toBeNull();
  const attempts = Array.from({ length: 4 }, (_, index) =>
    signUp({ email: freshEmail(), password: testPassword, workspaceName: `First ${index}` }, null),
  );
  const results = await Promise.allSettled(attempts);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  expect(await db().workspace.count()).toBe(1);
  expect(await signUpRefusal()).toContain("by invitation");
  restore();
});
