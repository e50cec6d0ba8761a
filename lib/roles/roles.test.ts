import { expect, test } from "vitest";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { readGrant } from "@/lib/keys/reading/read-grant";
import { revokeKey } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { updateKey } from "@/lib/keys/update";
import { createRole } from "@/lib/roles/create";
import { deleteRole } from "@/lib/roles/delete";
import { listRoles, readRole } from "@/lib/roles/read";
import { CreateRole, workspaceRolesMax } from "@/lib/roles/schema";
import { updateRole } from "@/lib/roles/update";
import { defineScope } from "@/lib/scopes/define";
import { deleteScope } from "@/lib/scopes/delete";
import { definedScopesMax } from "@/lib/scopes/schema";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const role = (name: string, scopes: string[]) => CreateRole.parse({ name, scopes });

async function scopesOf(secret: string) {
  const found = await authenticateSecret(secret);
  if (!found.ok) throw new Error(found.code);
  return found.key.scopes;
}

async function customerWith(workspaceId: string, scopeCeiling: string[]) {
  const id = newId("cus");
  return db().customer.create({ data: { workspaceId, id, externalId: id, name: "Ltd", scopeCeiling } });
}

test("editing a role changes every key that has it on the very next call, and no other", async () => {
  const { owner } = await createTestWorkspace();
  await createRole(owner, role("billing", ["read:invoices"]));
  await createRole(owner, role("other", ["read:other"]));
  const [one, two, third] = [
    await issueKey(owner, { roles: ["billing"] }),
    await issueKey(owner, { roles: ["billing"], scopes: ["read:x"] }),
    await issueKey(owner, { roles: ["other"] }),
  ];
  for (const { secret } of [one, two, third]) await scopesOf(secret);
  await updateRole(owner, { name: "billing", scopes: ["set:datastore", "write:invoices"] });
  expect(await scopesOf(one.secret)).toEqual(["set:datastore", "write:invoices"]);
  expect(await scopesOf(two.secret)).toEqual(["read:x", "set:datastore", "write:invoices"]);
  expect(authenticateSecret(third.secret)).not.toBeInstanceOf(Promise);
});

test("of roles, and of scopes, made at once where there is room for one more, one is made", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const name = (index: number) => `read:thing-${index}`;
  const named = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ workspaceId, name: name(index) }));
  await db().workspaceScope.createMany({ data: named(definedScopesMax - 1) });
  await db().role.createMany({ data: named(workspaceRolesMax - 1) });
  const made = async (makings: Promise<unknown>[]) =>
    (await Promise.allSettled(makings)).filter(({ status }) => status === "fulfilled").length;
  const five = Array.from({ length: 5 }, (_, index) => `late-${index}`);
  expect(await made(five.map((late) => createRole(owner, role(late, []))))).toBe(1);
  const scope = (late: string) => ({ name: `read:${late}`, description: "" });
  expect(await made(five.map((late) => defineScope(owner, scope(late))))).toBe(1);
});

test("a read that began before a role was cut does not bring its scopes back", async () => {
  const { owner } = await createTestWorkspace();
  await createRole(owner, role("wide", ["read:invoices", "write:invoices"]));
  const { secret } = await issueKey(owner, { roles: ["wide"] });
  const reads = Array.from({ length: 20 }, () => scopesOf(secret));
  await updateRole(owner, { name: "wide", scopes: ["read:invoices"] });
  await Promise.all(reads);
  expect(await scopesOf(secret)).toEqual(["read:invoices"]);
});

test("nobody makes, widens, cuts, removes or gives a role beyond its own grant, and platform:* comes from owners", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  await createRole(owner, role("mighty", ["read:invoices", "revoke:keys"]));
  await createRole(owner, role("plain", ["read:invoices"]));
  const held = [
    "create:roles",
    "update:roles",
    "destroy:roles",
    "create:keys",
    "update:keys",
    "read:invoices",
  ];
  const caller = callerOf(workspaceId, await issueKey(owner, { scopes: held, roles: ["plain"] }));
  for (const attempt of [
    () => createRole(caller, role("mine", ["revoke:keys"])),
    () => createRole(caller, role("mine", ["read:*"])),
    () => createRole(caller, role("mine", ["platform:*"])),
    () => updateRole(caller, { name: "plain", scopes: ["read:invoices", "revoke:keys"] }),
    () => updateRole(caller, { name: "mighty", scopes: ["read:invoices"] }),
    () => updateRole(caller, { name: "mighty", description: "mine" }),
    () => deleteRole(caller, "mighty"),
    () => issueKey(caller, { roles: ["mighty"] }),
  ])
    await expect(attempt()).rejects.toMatchObject({
      kind: "forbidden",
      extra: { members: { beyond: expect.any(String) } },
    });
  expect((await updateRole(caller, { name: "plain", scopes: [] })).scopes).toEqual([]);
  const admin = { ...caller, scopes: ["platform:*", "*:*"] };
  await expect(createRole(admin, role("root", ["platform:*"]))).rejects.toMatchObject({ kind: "forbidden" });
  expect((await createRole(owner, role("root", ["platform:*"]))).scopes).toEqual(["platform:*"]);
});

test("a role that a key got wider than its rotator cannot be used to take the key over", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  await createRole(owner, role("crew", []));
  const subject = await issueKey(owner, { roles: ["crew"] });
  const caller = callerOf(workspaceId, await issueKey(owner, { scopes: ["rotate:keys", "update:keys"] }));
  await rotateKey(caller, { keyId: subject.key.id, overlapSeconds: 0 });
  await updateRole(owner, { name: "crew", scopes: ["revoke:keys"] });
  const rotation = rotateKey(caller, { keyId: subject.key.id, overlapSeconds: 0 });
  await expect(rotation).rejects.toMatchObject({ kind: "forbidden" });
});

test("a role stays while a key has it, revoked keys aside; the key's grant names where each scope is from", async () => {
  const { owner } = await createTestWorkspace();
  await createRole(owner, role("billing", ["write:invoices"]));
  const { key } = await issueKey(owner, { roles: ["billing"], scopes: ["read:x"] });
  expect(await readGrant(owner, key.id)).toEqual({
    scopes: ["read:x"],
    roles: [{ name: "billing", description: "", scopes: ["write:invoices"] }],
    grant: ["read:x", "write:invoices"],
    ceiling: null,
    effective: ["read:x", "write:invoices"],
  });
  await expect(deleteRole(owner, "billing")).rejects.toMatchObject({
    kind: "conflict",
    extra: { members: { keys: 1 } },
  });
  expect((await readRole(owner, "billing")).keyCount).toBe(1);
  await revokeKey(owner, { keyId: key.id, reason: "" });
  await deleteRole(owner, "billing");
  await expect(readRole(owner, "billing")).rejects.toMatchObject({ kind: "not-found" });
});

test("a role and a key that takes it, removed and made at once, never end in a key with a role that is not there", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  for (let round = 0; round < 5; round += 1) {
    const name = `race-${round}`;
    await createRole(owner, role(name, ["read:x"]));
    const [removed, made] = await Promise.allSettled([
      deleteRole(owner, name),
      issueKey(owner, { roles: [name] }),
    ]);
    expect([removed.status, made.status].filter((status) => status === "fulfilled")).toHaveLength(1);
    expect(await db().role.count({ where: { workspaceId, name } })).toBe(made.status === "fulfilled" ? 1 : 0);
  }
});

test("a customer's key holds what the ceiling leaves of its scopes and roles, platform scopes only by name", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const customer = await customerWith(workspaceId, ["*:*", "read:keys"]);
  await createRole(owner, role("reader", ["read:*", "read:keys"]));
  const { key, secret } = await issueKey(owner, {
    customer: customer.id,
    roles: ["reader"],
    scopes: ["write:x"],
  });
  expect(await scopesOf(secret)).toEqual(["read:*", "read:keys", "write:x"]);
  await updateRole(owner, { name: "reader", scopes: ["read:*", "read:keys", "verify:keys", "platform:*"] });
  expect(await scopesOf(secret)).toEqual(["read:*", "read:keys", "write:x"]);
  expect(await readGrant(owner, key.id)).toMatchObject({
    ceiling: ["*:*", "read:keys"],
    effective: ["read:*", "read:keys", "write:x"],
  });
});

test("a key of a customer is neither made nor changed beyond the ceiling, by its scopes or by its roles", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { id: customer } = await customerWith(workspaceId, ["read:invoices"]);
  await createRole(owner, role("wide", ["read:*"]));
  const { key } = await issueKey(owner, { customer, scopes: ["read:invoices"] });
  for (const [attempt, path] of [
    [() => issueKey(owner, { customer, scopes: ["read:*"] }), "scopes"],
    [() => issueKey(owner, { customer, scopes: ["read:events"] }), "scopes"],
    [() => issueKey(owner, { customer, roles: ["wide"] }), "roles"],
    [() => updateKey(owner, { keyId: key.id, scopes: ["read:invoices", "write:invoices"] }), "scopes"],
    [() => updateKey(owner, { keyId: key.id, roles: ["wide"] }), "roles"],
  ] as const)
    await expect(attempt()).rejects.toMatchObject({ kind: "invalid", extra: { errors: [{ path }] } });
});

test("a workspace that defined scopes grants those, wildcards and platform scopes, and refuses what it does not have", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const before = await issueKey(owner, { scopes: ["read:legacy"] });
  await defineScope(owner, { name: "read:invoices", description: "" });
  expect((await issueKey(owner, { scopes: ["read:invoices", "read:*", "read:keys"] })).key.status).toBe(
    "active",
  );
  for (const attempt of [
    () => issueKey(owner, { scopes: ["read:invoicse"] }),
    () => createRole(owner, role("typo", ["read:invoicse"])),
    () => updateKey(owner, { keyId: before.key.id, scopes: ["read:legacy", "read:invoicse"] }),
  ])
    await expect(attempt()).rejects.toMatchObject({
      kind: "invalid",
      extra: { errors: [{ path: "scopes", message: expect.stringContaining("read:invoicse") }] },
    });
  const kept = await updateKey(owner, { keyId: before.key.id, scopes: ["read:invoices", "read:legacy"] });
  expect(kept.scopes).toEqual(["read:invoices", "read:legacy"]);
  await expect(deleteScope(owner, "read:invoices")).rejects.toMatchObject({
    kind: "conflict",
    extra: { members: { keys: 2, roles: 0, customers: 0 } },
  });
  expect(await db().workspaceScope.count({ where: { workspaceId } })).toBe(1);
});

test("every change of roles and scopes is in the trail, a change that changes nothing is not, and another workspace sees none", async () => {
  const [{ owner, workspaceId }, stranger] = [await createTestWorkspace(), await createTestWorkspace()];
  await defineScope(owner, { name: "read:invoices", description: "d" });
  await createRole(owner, role("billing", ["read:invoices"]));
  await updateRole(owner, { name: "billing", scopes: [] });
  await updateRole(owner, { name: "billing", scopes: [] });
  await deleteRole(owner, "billing");
  await deleteScope(owner, "read:invoices");
  const entries = await db().auditEntry.findMany({ where: { workspaceId }, orderBy: { seq: "asc" } });
  expect(entries.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
    "scopes.create read:invoices",
    "roles.create billing",
    "roles.update billing",
    "roles.delete billing",
    "scopes.delete read:invoices",
  ]);
  await createRole(owner, role("again", []));
  await expect(readRole(stranger.owner, "again")).rejects.toMatchObject({ kind: "not-found" });
  expect((await listRoles(stranger.owner, { limit: 25 })).items).toEqual([]);
  await expect(issueKey(stranger.owner, { roles: ["again"] })).rejects.toMatchObject({ kind: "invalid" });
});
