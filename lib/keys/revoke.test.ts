import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { revokeKeys } from "@/lib/keys/revoke";
import { RevokeKeys } from "@/lib/keys/changes/schema";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** Rows of keys without secrets: enough for a filter, and no bcrypt. */
async function plainKeys(workspaceId: string, count: number, environment: string): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId("key"));
  await db().key.createMany({
    data: ids.map((id) => ({
      workspaceId,
      id,
      name: id,
      heldName: `/${id}`,
      environment,
      createdBy: "system",
    })),
  });
  return ids;
}

test("a filter revokes every key that passes, each with its entry, and no other; the next call of each is refused", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const leaked = [
    await issueKey(owner, { scopes: ["read:x"], labels: ["ci"] }),
    await issueKey(owner, { scopes: ["read:x"] }),
  ];
  const spared = await issueKey(owner, { scopes: ["read:y"] });
  for (const { secret } of [...leaked, spared])
    expect(await authenticateSecret(secret)).toMatchObject({ ok: true });
  const { revoked, notFound, more } = await revokeKeys(owner, {
    filter: { scope: "read:x" },
    reason: "leaked",
  });
  expect({ revoked: revoked.sort(), notFound, more }).toEqual({
    revoked: leaked.map(({ key }) => key.id).sort(),
    notFound: [],
    more: false,
  });
  for (const { secret } of leaked)
    expect(await authenticateSecret(secret)).toMatchObject({ ok: false, code: "REVOKED" });
  expect(await authenticateSecret(spared.secret)).toMatchObject({ ok: true });
  const trail = await db().auditEntry.findMany({ where: { workspaceId, action: "keys.revoke" } });
  expect(trail.map(({ subject, detail }) => [subject, detail]).sort()).toEqual(
    leaked.map(({ key }) => [key.id, { reason: "leaked", name: key.name }]).sort(),
  );
});

test("a filter leaves out the caller's own key, naming it does not", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const issued = await issueKey(owner, { scopes: ["revoke:keys"] });
  const caller = callerOf(workspaceId, issued);
  await issueKey(owner);
  const first = await revokeKeys(caller, { filter: { environment: "live" }, reason: "" });
  expect(first.revoked).toHaveLength(1);
  expect(first.revoked).not.toContain(issued.key.id);
  expect((await revokeKeys(caller, { ids: [issued.key.id], reason: "" })).revoked).toEqual([issued.key.id]);
});

test("one call revokes 500 keys and says that there are more, and the next the rest", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  await plainKeys(workspaceId, 501, "test");
  const spared = await plainKeys(workspaceId, 2, "live");
  const call = { filter: { environment: "test" as const }, reason: "over" };
  const first = await revokeKeys(owner, call);
  expect([first.revoked.length, first.more]).toEqual([500, true]);
  const second = await revokeKeys(owner, call);
  expect([second.revoked.length, second.more]).toEqual([1, false]);
  expect(await db().key.count({ where: { workspaceId, revokedAt: null } })).toBe(spared.length);
  expect(await db().auditEntry.count({ where: { workspaceId, action: "keys.revoke" } })).toBe(501);
});

test("a customer's key revokes by filter among that customer's keys only", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const customer = await db().customer.create({
    data: { workspaceId, id: newId("cus"), externalId: "acct", name: "C", scopeCeiling: ["revoke:keys"] },
  });
  const caller = callerOf(
    workspaceId,
    await issueKey(owner, { customer: customer.id, scopes: ["revoke:keys"] }),
  );
  const theirs = await issueKey(owner, { customer: customer.id });
  await issueKey(owner);
  expect((await revokeKeys(caller, { filter: { environment: "live" }, reason: "" })).revoked).toEqual([
    theirs.key.id,
  ]);
});

test.each([
  ["neither ids nor a filter", {}],
  ["both", { ids: ["key_a"], filter: { environment: "test" } }],
  ["a filter without a condition", { filter: {} }],
  ["a filter of nothing but empty text", { filter: { q: "  " } }],
  ["an unknown condition", { filter: { colour: "red" } }],
  ["no ids at all", { ids: [] }],
  ["501 ids", { ids: Array.from({ length: 501 }, String) }],
])("%s is refused", (_title, wrong) => {
  expect(RevokeKeys.safeParse(wrong).success).toBe(false);
});
