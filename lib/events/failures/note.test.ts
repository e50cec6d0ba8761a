import { expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { newId, randomBase62 } from "@/lib/db/id";
import { installation } from "@/lib/events/failures/attribute";
import { flushFailures, noteFailedAuthentication, type Refused } from "@/lib/events/failures/note";
import { idWithin } from "@/lib/keys/format";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const refused = (changes: Partial<Refused>): Refused => ({
  via: "api",
  reason: "MALFORMED",
  address: "203.0.113.50",
  value: null,
  key: null,
  ...changes,
});

function failuresOf(workspaceId: string) {
  return db().auditEntry.findMany({
    where: { workspaceId, action: "authentication.fail" },
    orderBy: { seq: "asc" },
  });
}

test("a refused key is an entry of its workspace: who, from where, which prefix, why, how often, and never the value", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner, { name: "leaked" });
  const verified = {
    workspaceId,
    keyId: key.id,
    secretId: idWithin(secret),
    name: key.name,
    prefix: key.prefix,
  };
  for (let times = 0; times < 7; times += 1)
    noteFailedAuthentication(refused({ reason: "REVOKED", value: secret, key: verified }));
  await flushFailures("all");
  const entries = await failuresOf(workspaceId);
  expect(entries).toMatchObject([
    {
      actor: { kind: "key", id: key.id, label: "leaked" },
      subject: key.id,
      address: "203.0.113.50",
      count: 7,
      detail: { reason: "REVOKED", prefix: "lk_live", via: "api", firstAt: expect.any(String) },
    },
  ]);
  expect(
    JSON.stringify(entries, (_, value) => (typeof value === "bigint" ? String(value) : value)),
  ).not.toContain(secret.slice(-43));
});

test("a mistyped value is in the trail of the key that it claims to be, without saying that it was that key", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { key, secret } = await issueKey(owner);
  noteFailedAuthentication(refused({ value: `${secret.slice(0, -1)}${secret.endsWith("0") ? "1" : "0"}` }));
  await flushFailures("all");
  expect(await failuresOf(workspaceId)).toMatchObject([
    { subject: key.id, actor: { kind: "unknown" }, detail: { reason: "MALFORMED", prefix: "lk_live" } },
  ]);
});

test("a value with one workspace's own prefix is in that workspace's trail", async () => {
  const { workspaceId } = await createTestWorkspace();
  const keyPrefix = `own${randomBase62(8)}`;
  await db().workspace.update({ where: { id: workspaceId }, data: { keyPrefix } });
  noteFailedAuthentication(refused({ value: `${keyPrefix}_test_${randomBase62(59)}` }));
  await flushFailures("all");
  expect(await failuresOf(workspaceId)).toMatchObject([
    { subject: null, count: 1, detail: { prefix: `${keyPrefix}_test` } },
  ]);
});

test("what belongs to nobody is in nobody's trail, and nothing that its sender chose is kept", async () => {
  const [one, other] = [await createTestWorkspace(), await createTestWorkspace()];
  const address = `198.51.100.${Math.floor(Math.random() * 250)}`;
  const prefix = `stolen${randomBase62(10)}`;
  for (const value of ["sk_live_somebody_elses_secret", `${prefix}_live_${randomBase62(59)}`])
    noteFailedAuthentication(refused({ value, address }));
  await flushFailures("all");
  for (const { workspaceId } of [one, other]) expect(await failuresOf(workspaceId)).toEqual([]);
  const entries = await db().auditEntry.findMany({ where: { workspaceId: installation, address } });
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  for (const { detail } of entries) expect(detail).toMatchObject({ prefix: null });
});

test("a failure in a workspace that the way in fixes is that workspace's, whosever key it was", async () => {
  const [here, there] = [await createTestWorkspace(), await createTestWorkspace()];
  const { secret } = await issueKey(there.owner);
  noteFailedAuthentication(
    refused({ via: "gateway", reason: "NOT_FOUND", value: secret, workspaceId: here.workspaceId }),
  );
  await flushFailures("all");
  expect(await failuresOf(here.workspaceId)).toMatchObject([{ subject: null, detail: { via: "gateway" } }]);
  expect(await failuresOf(there.workspaceId)).toEqual([]);
});

test("failures that could not be written are written later, each once, and none is forgotten", async () => {
  const { workspaceId } = await createTestWorkspace();
  const pool = sql();
  const query = pool.query.bind(pool);
  const note = () => noteFailedAuthentication(refused({ workspaceId, reason: newId("req").slice(0, 20) }));
  for (const failing of [/insert into audit_entry/, /from workspace/]) {
    for (let times = 0; times < 3; times += 1) note();
    Object.defineProperty(pool, "query", {
      configurable: true,
      value: (text: string, values: unknown[]) =>
        failing.test(text) ? Promise.reject(new Error("the database is away")) : query(text, values),
    });
    await flushFailures("all");
    note();
    await flushFailures("all");
    Reflect.deleteProperty(pool, "query");
    await flushFailures("all");
  }
  const entries = await failuresOf(workspaceId);
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(8);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
});

test("a flood of a hundred thousand failures leaves some dozen entries whose counts add up", async () => {
  const { workspaceId } = await createTestWorkspace();
  for (let index = 0; index < 100_000; index += 1)
    noteFailedAuthentication(refused({ workspaceId, address: `10.${index % 256}.${(index >> 8) % 256}.1` }));
  await flushFailures("all");
  const entries = await failuresOf(workspaceId);
  expect(entries.length).toBeLessThanOrEqual(31);
  expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
});
