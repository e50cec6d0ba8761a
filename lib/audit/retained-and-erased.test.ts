import { expect, test } from "vitest";
import { digestOf } from "@/lib/audit/chain/digest";
import { sealed } from "@/lib/audit/chain/seal";
import { eraseAudit } from "@/lib/audit/erase";
import { deleteExpiredAudit } from "@/lib/audit/retain";
import { signNewest } from "@/lib/audit/sign-heads";
import { verifyChain } from "@/lib/audit/verify";
import { db, sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { audit } from "@/lib/events/trail/audit";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const day = 86_400_000;

/** Entries that were written so many days ago. */
async function writeAged({ workspaceId }: TestWorkspace, days: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const ago of days) {
    const at = new Date(Date.now() - ago * day);
    const said = {
      id: newId("aud"),
      actor: { kind: "session", id: "user_ada", label: "ada@example.com" },
      action: "keys.update",
      subject: "key_1",
      detail: { before: { name: "Ada" } },
      address: "203.0.113.7",
      count: 1,
    };
    const proof = sealed({ workspace: workspaceId, at: at.toISOString(), ...said });
    await db().auditEntry.create({ data: { workspaceId, at, ...said, ...proof } });
    ids.push(said.id);
  }
  return ids;
}

async function verified({ workspaceId }: TestWorkspace) {
  const { ok, base, end, problems } = await verifyChain(workspaceId, null);
  return { ok, base: base.position, end: end.position, kinds: problems.map(({ kind }) => kind) };
}

test("retention takes the oldest entries only, and the rest still verifies", async () => {
  const workspace = await createTestWorkspace();
  await writeAged(workspace, [40, 35, 5, 33, 1]);
  expect(await deleteExpiredAudit(workspace.workspaceId, 30)).toBe(2);
  expect(await verified(workspace)).toEqual({ ok: true, base: 2, end: 5, kinds: [] });
  await writeAged(workspace, [0]);
  expect(await verified(workspace)).toEqual({ ok: true, base: 2, end: 6, kinds: [] });
  expect(await deleteExpiredAudit(workspace.workspaceId, 30)).toBe(0);
});

test("a chain whose entries all went still verifies, and goes on at the next place", async () => {
  const workspace = await createTestWorkspace();
  await writeAged(workspace, [40, 39]);
  expect(await deleteExpiredAudit(workspace.workspaceId, 30)).toBe(2);
  expect(await verified(workspace)).toEqual({ ok: true, base: 2, end: 2, kinds: [] });
  await writeAged(workspace, [0]);
  expect(await verified(workspace)).toEqual({ ok: true, base: 2, end: 3, kinds: [] });
});

test("two nodes that delete at once delete each entry once and leave a chain that verifies", async () => {
  const workspace = await createTestWorkspace();
  await writeAged(workspace, [40, 39, 38, 1]);
  const { workspaceId } = workspace;
  const counts = await Promise.all([
    deleteExpiredAudit(workspaceId, 30),
    deleteExpiredAudit(workspaceId, 30),
    signNewest(workspaceId).then(() => 0),
    writeAged(workspace, [0, 0]).then(() => 0),
  ]);
  while ((await deleteExpiredAudit(workspaceId, 30)) > 0) counts.push(0);
  expect(await verified(workspace)).toEqual({ ok: true, base: 3, end: 6, kinds: [] });
  expect(await db().auditEntry.count({ where: { workspaceId } })).toBe(3);
});

test("what was tampered with is kept, however old", async () => {
  const workspace = await createTestWorkspace();
  const [first = ""] = await writeAged(workspace, [40, 39, 1]);
  // A head that was signed while it was sound would let them go.
  expect(await signNewest(workspace.workspaceId)).toMatchObject({ problems: [] });
  await sql().query("update audit_entry set action = 'keys.read' where id = $1", [first]);
  expect(await deleteExpiredAudit(workspace.workspaceId, 30)).toBe(0);
  expect(await verified(workspace)).toMatchObject({ ok: false, base: 0, kinds: ["edited"] });
});

test("a person's name, address and detail can be erased, the erasure is recorded and the chain verifies", async () => {
  const workspace = await createTestWorkspace();
  const { workspaceId, owner } = workspace;
  const ids = await writeAged(workspace, [3, 2]);
  await db().$transaction((tx) => audit(tx, owner, { action: "keys.update", subject: "key_2" }));
  const done = await eraseAudit(owner, { actor: "user_ada", reason: "asked on 3 May" });
  expect(done).toMatchObject({ erased: 2, more: false, records: [expect.any(String)] });
  const { rows } = await sql().query<{ text: string }>(
    "select e::text as text from audit_entry e where workspace_id = $1",
    [workspaceId],
  );
  const text = rows.map((row) => row.text).join("\n");
  for (const gone of ["ada@example.com", "203.0.113.7", '"Ada"']) expect(text).not.toContain(gone);
  for (const id of ids) expect(text).toContain(id);
  expect(await verified(workspace)).toEqual({ ok: true, base: 0, end: 4, kinds: [] });
  expect(await eraseAudit(owner, { actor: "user_ada", reason: "again" })).toEqual({
    erased: 0,
    more: false,
    records: [],
  });
});

test("erasing by address and by id blanks these entries and no other; an unknown id blanks nothing", async () => {
  const workspace = await createTestWorkspace();
  const { owner } = workspace;
  const [one = "", two = ""] = await writeAged(workspace, [3, 2, 1]);
  await expect(eraseAudit(owner, { entries: [one, "aud_none"], reason: "x" })).rejects.toMatchObject({
    kind: "not-found",
  });
  expect(await eraseAudit(owner, { entries: [one, two, two], reason: "x" })).toMatchObject({ erased: 2 });
  expect(await eraseAudit(owner, { address: "203.0.113.7", reason: "x" })).toMatchObject({ erased: 1 });
  expect(await verified(workspace)).toMatchObject({ ok: true, end: 5 });
});

test("what is left of an erased entry cannot be changed unseen, nor a record of an erasure be made up", async () => {
  const workspace = await createTestWorkspace();
  const { workspaceId, owner } = workspace;
  const [one = "", two = ""] = await writeAged(workspace, [3, 2]);
  await eraseAudit(owner, { entries: [one], reason: "x" });
  await sql().query("update audit_entry set subject = 'key_other' where id = $1", [one]);
  expect(await verified(workspace)).toMatchObject({ ok: false, kinds: ["erased-unrecorded"] });
  await sql().query("update audit_entry set subject = 'key_1' where id = $1", [one]);
  expect(await verified(workspace)).toMatchObject({ ok: true });

  const entry = await db().auditEntry.findUniqueOrThrow({
    where: { workspaceId_id: { workspaceId, id: two } },
  });
  const blank = { actor: entry.actor, detail: { erasedBy: "aud_forged" }, address: null };
  const content = { ...entry, ...blank, workspace: workspaceId, at: entry.at.toISOString() };
  const record = {
    id: "aud_forged",
    at: new Date(),
    actor: { kind: "system", id: "system", label: "Latchkey" },
    action: "audit.erase",
    subject: null,
    detail: { entries: [{ id: two, position: 2, digest: digestOf(content) }] },
    address: null,
    count: 1,
  };
  const digest = digestOf({ workspace: workspaceId, ...record, at: record.at.toISOString() });
  await db().auditEntry.update({
    where: { workspaceId_id: { workspaceId, id: two } },
    data: {
      ...blank,
      erasedAt: new Date(),
      actor: { kind: "session", id: "user_ada", label: "ada@example.com" },
    },
  });
  await db().auditEntry.create({ data: { workspaceId, ...record, digest, seal: entry.seal } });
  expect((await verified(workspace)).kinds).toEqual(["erased-unrecorded", "inserted"]);
});
