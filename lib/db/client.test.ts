import { expect, inject, onTestFinished, test } from "vitest";
import { connectDatabase, db, disconnectDatabase, sql } from "@/lib/db/client";
import { severableDatabase } from "@/lib/testing/servers/severable-database";

test("a connection that is lost while it is in use, between two statements, ends nothing but its own work", async () => {
  const proxy = await severableDatabase(inject("databaseUrl"));
  await disconnectDatabase();
  connectDatabase(proxy.url, 3);
  onTestFinished(async () => {
    await disconnectDatabase();
    connectDatabase(inject("databaseUrl"), 5);
    await proxy.close();
  });
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.prependListener("uncaughtException", hear);
  onTestFinished(() => void process.removeListener("uncaughtException", hear));
  const client = await sql().connect();
  await client.query("begin");
  const ended = new Promise<void>((resolve) => client.once("end", () => resolve()));
  proxy.sever();
  await ended;
  await expect(client.query("commit")).rejects.toThrow();
  client.release(true);
  expect(unheard).toEqual([]);
  proxy.restore();
  expect(await db().$queryRaw`select 1 as one`).toEqual([{ one: 1 }]);
});
