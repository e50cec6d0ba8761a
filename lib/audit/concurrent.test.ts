import { expect, test } from "vitest";
import { signNewest } from "@/lib/audit/sign-heads";
import { verifyChain } from "@/lib/audit/verify";
import { db, sql } from "@/lib/db/client";
import { audit } from "@/lib/events/trail/audit";
import { flushFailures, noteFailedAuthentication } from "@/lib/events/failures/note";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const writers = 8;
const entriesInAll = 10_000;

async function placesOf(workspaceId: string): Promise<number[]> {
  const rows = await db().auditEntry.findMany({
    where: { workspaceId },
    select: { position: true },
    orderBy: { position: "asc" },
  });
  return rows.map(({ position }) => Number(position));
}

const upTo = (end: number) => Array.from({ length: end }, (_, index) => index + 1);

function writeSome({ owner }: TestWorkspace, { writer, count }: { writer: number; count: number }) {
  return db().$transaction(async (tx) => {
    for (let index = 0; index < count; index += 1)
      await audit(tx, owner, { action: "keys.update", subject: `key_${writer}`, detail: { writer, index } });
  });
}

test(
  "10,000 entries by 8 writers at once, real operations among them, make one chain without a gap",
  { timeout: 300_000 },
  async () => {
    const workspace = await createTestWorkspace();
    const { workspaceId, owner } = workspace;
    const perWriter = entriesInAll / writers;
    const write = async (writer: number) => {
      for (let written = 0; written < perWriter;) {
        const count = written % 125 === 0 ? 1 : Math.min(1 + (written % 7), perWriter - written);
        if (written % 125 === 0) await createKey(owner, CreateKey.parse({ name: `w${writer}-${written}` }));
        else await writeSome(workspace, { writer, count });
        written += count;
      }
    };
    const signing = (async () => {
      for (let index = 0; index < 20; index += 1)
        expect((await signNewest(workspaceId)).problems).toEqual([]);
    })();
    await Promise.all([...upTo(writers).map(write), signing]);
    const places = await placesOf(workspaceId);
    expect(places.length).toBeGreaterThanOrEqual(entriesInAll);
    expect(places).toEqual(upTo(places.length));
    expect(await verifyChain(workspaceId, null)).toMatchObject({
      ok: true,
      entries: places.length,
      problems: [],
    });
  },
);

test("a transaction that rolls back leaves no hole, whenever it began", async () => {
  const workspace = await createTestWorkspace();
  const { workspaceId, owner } = workspace;
  const failing = db().$transaction(async (tx) => {
    await audit(tx, owner, { action: "keys.create", subject: "key_never" });
    await audit(tx, owner, { action: "keys.update", subject: "key_never" });
    throw new Error("given up");
  });
  await expect(failing).rejects.toThrow("given up");
  await writeSome(workspace, { writer: 2, count: 2 });
  expect(await placesOf(workspaceId)).toEqual(upTo(2));
  expect(await verifyChain(workspaceId, null)).toMatchObject({ ok: true, entries: 2 });
});

test("a connection that dies between its entry and its commit leaves no hole", async () => {
  const workspace = await createTestWorkspace();
  const { workspaceId } = workspace;
  await writeSome(workspace, { writer: 1, count: 2 });
  const dying = await sql().connect();
  await dying.query("begin");
  await dying.query(
    `insert into audit_entry (workspace_id, id, at, actor, action) values ($1, 'aud_dying', now(), '{}', 'x.y')`,
    [workspaceId],
  );
  dying.release(true);
  await writeSome(workspace, { writer: 2, count: 1 });
  expect(await placesOf(workspaceId)).toEqual(upTo(3));
  expect((await verifyChain(workspaceId, null)).ok).toBe(true);
});

test("failed authentications, written many in a statement over several workspaces, stand in their chains", async () => {
  const workspaces = await Promise.all([createTestWorkspace(), createTestWorkspace(), createTestWorkspace()]);
  for (const { workspaceId } of workspaces)
    for (const reason of ["REVOKED", "EXPIRED", "DISABLED"])
      noteFailedAuthentication({ via: "api", reason, address: null, value: null, key: null, workspaceId });
  const writing = workspaces.map((workspace) => writeSome(workspace, { writer: 1, count: 5 }));
  await Promise.all([flushFailures("all"), ...writing]);
  for (const { workspaceId } of workspaces) {
    expect(await placesOf(workspaceId)).toEqual(upTo(8));
    expect((await verifyChain(workspaceId, null)).problems).toEqual([]);
  }
});
