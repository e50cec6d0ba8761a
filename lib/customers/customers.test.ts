import { expect, test } from "vitest";
import { createCustomer } from "@/lib/customers/create";
import { deleteCustomer } from "@/lib/customers/delete";
import { listCustomers, readCustomer } from "@/lib/customers/read";
import { CreateCustomer, ListCustomers, UpdateCustomer } from "@/lib/customers/schema";
import { updateCustomer } from "@/lib/customers/update";
import { db } from "@/lib/db/client";
import { authenticateSecret } from "@/lib/keys/authentication/authenticate";
import { readKey } from "@/lib/keys/reading/read";
import { revokeKey } from "@/lib/keys/revoke";
import { updateKey } from "@/lib/keys/update";
import { addCustomer } from "@/lib/testing/customer";
import { callerOf, issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** "done", or the kind of the refusal. */
function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: { kind?: string }) => error.kind ?? String(error),
  );
}

/** What a value is good for right now: its scopes, or the code of its refusal. */
async function stateOf(secret: string) {
  const found = await authenticateSecret(secret);
  return found.ok ? found.key.scopes : found.code;
}

test("a customer is added, listed, found, changed and removed, each with its trace", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const made = await addCustomer(owner, { externalId: "acme-1", name: "Acme", metadata: { crm: 7 } });
  expect(made).toMatchObject({
    status: "active",
    scopeCeiling: ["*:*"],
    keyCount: 0,
    keyCountMax: null,
    plan: null,
  });
  await addCustomer(owner, { name: "Other" });
  expect(await readCustomer(owner, "acme-1")).toEqual(made);
  const found = await listCustomers(owner, ListCustomers.parse({ q: "ACME" }));
  expect(found).toMatchObject({ total: 1, items: [{ id: made.id }] });
  const first = await listCustomers(owner, ListCustomers.parse({ limit: 1 }));
  const rest = await listCustomers(owner, ListCustomers.parse({ limit: 1, cursor: first.nextCursor ?? "" }));
  expect([first.items, rest.items].flat().map(({ name }) => name)).toEqual(["Other", "Acme"]);
  await updateCustomer(owner, { customer: made.id, name: "Acme Ltd", keyCountMax: 3 });
  await updateCustomer(owner, { customer: made.id, disabled: true });
  expect(await listCustomers(owner, ListCustomers.parse({ status: "disabled" }))).toMatchObject({
    items: [{ name: "Acme Ltd", keyCountMax: 3, status: "disabled" }],
  });
  await deleteCustomer(owner, { customer: made.id, revokesKeys: false });
  expect(await kindOf(readCustomer(owner, made.id))).toBe("not-found");
  const trail = await db().auditEntry.findMany({
    where: { workspaceId, subject: made.id },
    orderBy: { seq: "asc" },
  });
  expect(trail.map(({ action }) => action)).toEqual([
    "customers.create",
    "customers.update",
    "customers.disable",
    "customers.delete",
  ]);
});

test("an external id is one customer's in its workspace, also when two ask at once", async () => {
  const [mine, theirs] = [await createTestWorkspace(), await createTestWorkspace()];
  const twice = await Promise.all(
    [1, 2, 3].map(() => kindOf(addCustomer(mine.owner, { externalId: "same" }))),
  );
  expect(twice.toSorted()).toEqual(["conflict", "conflict", "done"]);
  expect(await kindOf(addCustomer(theirs.owner, { externalId: "same" }))).toBe("done");
  const other = await addCustomer(mine.owner);
  expect(await kindOf(updateCustomer(mine.owner, { customer: other.id, externalId: "same" }))).toBe(
    "conflict",
  );
});

test("another workspace's customer does not exist", async () => {
  const [mine, theirs] = [await createTestWorkspace(), await createTestWorkspace()];
  const { id, externalId } = await addCustomer(theirs.owner);
  for (const customer of [id, externalId]) {
    expect(await kindOf(readCustomer(mine.owner, customer))).toBe("not-found");
    expect(await kindOf(updateCustomer(mine.owner, { customer, name: "x" }))).toBe("not-found");
    expect(await kindOf(deleteCustomer(mine.owner, { customer, revokesKeys: true }))).toBe("not-found");
    expect(await kindOf(issueKey(mine.owner, { customer }))).toBe("invalid");
  }
  expect((await listCustomers(mine.owner, ListCustomers.parse({}))).items).toEqual([]);
});

test("of many keys made at once a customer gets exactly as many as it may have, and one more after a revocation", async () => {
  const { owner } = await createTestWorkspace();
  const { id } = await addCustomer(owner, { keyCountMax: 3 });
  const made = await Promise.allSettled(Array.from({ length: 12 }, () => issueKey(owner, { customer: id })));
  const issued = made.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const refused = made.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(issued).toHaveLength(3);
  expect(refused).toHaveLength(9);
  for (const reason of refused)
    expect(reason).toMatchObject({ kind: "conflict", extra: { members: { keyCount: 3, keyCountMax: 3 } } });
  expect((await readCustomer(owner, id)).keyCount).toBe(3);
  await revokeKey(owner, { keyId: issued[0]?.key.id ?? "", reason: "" });
  expect(await kindOf(issueKey(owner, { customer: id }))).toBe("done");
  expect(await kindOf(issueKey(owner, { customer: id }))).toBe("conflict");
  expect(await kindOf(issueKey(owner))).toBe("done");
});

test("a key beyond its customer's ceiling is invalid, by scope, wildcard, role or change, and platform scopes need naming", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { id } = await addCustomer(owner, { scopeCeiling: ["read:*", "read:usage"] });
  await db().role.create({ data: { workspaceId, name: "writer", scopes: ["write:invoices"] } });
  for (const input of [
    { scopes: ["write:invoices"] },
    { scopes: ["*:*"] },
    { scopes: ["read:keys"] },
    { scopes: ["platform:*"] },
    { roles: ["writer"] },
  ])
    expect(await kindOf(issueKey(owner, { customer: id, ...input }))).toBe("invalid");
  const { key } = await issueKey(owner, { customer: id, scopes: ["read:invoices", "read:usage"] });
  expect(await kindOf(updateKey(owner, { keyId: key.id, scopes: ["write:invoices"] }))).toBe("invalid");
  const open = await addCustomer(owner);
  expect(await kindOf(issueKey(owner, { customer: open.id, scopes: ["read:keys"] }))).toBe("invalid");
});

test("a lower ceiling caps what warm keys hold on the very next call, and a higher one gives it back", async () => {
  const { owner } = await createTestWorkspace();
  const { id } = await addCustomer(owner, { scopeCeiling: ["*:*"] });
  const { key, secret } = await issueKey(owner, { customer: id, scopes: ["read:*", "write:invoices"] });
  expect(await stateOf(secret)).toEqual(["read:*", "write:invoices"]);
  await updateCustomer(owner, { customer: id, scopeCeiling: ["*:invoices"] });
  expect(await stateOf(secret)).toEqual(["read:invoices", "write:invoices"]);
  expect((await readKey(owner, key.id)).grant).toEqual(["read:invoices", "write:invoices"]);
  expect((await readKey(owner, key.id)).scopes).toEqual(["read:*", "write:invoices"]);
  await updateCustomer(owner, { customer: id, scopeCeiling: [] });
  expect(await stateOf(secret)).toEqual([]);
  await updateCustomer(owner, { customer: id, scopeCeiling: ["*:*"] });
  expect(await stateOf(secret)).toEqual(["read:*", "write:invoices"]);
});

test("a workspace that has defined its scopes takes no ceiling with another", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  await db().workspaceScope.create({ data: { workspaceId, name: "read:invoices" } });
  expect(await kindOf(addCustomer(owner, { scopeCeiling: ["read:invocies"] }))).toBe("invalid");
  const { id } = await addCustomer(owner, { scopeCeiling: ["read:invoices", "write:*"] });
  expect(await kindOf(updateCustomer(owner, { customer: id, scopeCeiling: ["read:invocies"] }))).toBe(
    "invalid",
  );
});

test("no ceiling is raised by a platform scope that its writer does not hold", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const customer = await addCustomer(owner, { scopeCeiling: ["read:usage"] });
  const writer = callerOf(
    workspaceId,
    await issueKey(owner, { scopes: ["create:customers", "update:customers"] }),
  );
  const input = CreateCustomer.parse({ externalId: "x", name: "x", scopeCeiling: ["read:audit"] });
  expect(await kindOf(createCustomer(writer, input))).toBe("forbidden");
  for (const scopeCeiling of [["read:usage", "read:audit"], ["platform:*"]])
    expect(await kindOf(updateCustomer(writer, { customer: customer.id, scopeCeiling }))).toBe("forbidden");
  expect(
    await kindOf(updateCustomer(writer, { customer: customer.id, scopeCeiling: ["read:usage", "read:x"] })),
  ).toBe("done");
});

test("a disabled customer's warm keys are refused on the very next call and work again when it is enabled", async () => {
  const { owner } = await createTestWorkspace();
  const { id } = await addCustomer(owner);
  const keys = [await issueKey(owner, { customer: id }), await issueKey(owner, { customer: id })];
  const other = await issueKey(owner);
  const states = () => Promise.all([...keys, other].map(({ secret }) => stateOf(secret)));
  expect(await states()).toEqual([[], [], []]);
  await updateCustomer(owner, { customer: id, disabled: true });
  expect(await states()).toEqual(["DISABLED", "DISABLED", []]);
  await updateCustomer(owner, { customer: id, disabled: false });
  expect(await states()).toEqual([[], [], []]);
});

test("a key that is being read for the first time while its customer is disabled does not come back", async () => {
  const { owner } = await createTestWorkspace();
  for (let trial = 0; trial < 10; trial += 1) {
    const { id } = await addCustomer(owner);
    const { secret } = await issueKey(owner, { customer: id });
    const fills = [1, 2, 3].map(() => stateOf(secret));
    await updateCustomer(owner, { customer: id, disabled: true });
    await Promise.all(fills);
    expect(await stateOf(secret)).toBe("DISABLED");
  }
});

test("a customer with keys stays and says how many; asked to, its keys are revoked and stay as history", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { id, name } = await addCustomer(owner);
  const keys = [await issueKey(owner, { customer: id }), await issueKey(owner, { customer: id })];
  expect(await stateOf(keys[0]?.secret ?? "")).toEqual([]);
  await expect(deleteCustomer(owner, { customer: id, revokesKeys: false })).rejects.toMatchObject({
    kind: "conflict",
    message: `${name} has 2 keys not revoked. Revoke them first, or repeat with revokeKeys=true.`,
    extra: { members: { keyCount: 2 } },
  });
  const remover = callerOf(workspaceId, await issueKey(owner, { scopes: ["destroy:customers"] }));
  expect(await kindOf(deleteCustomer(remover, { customer: id, revokesKeys: true }))).toBe("forbidden");
  await deleteCustomer(owner, { customer: id, revokesKeys: true });
  for (const { key, secret } of keys) {
    expect(await stateOf(secret)).toBe("REVOKED");
    expect(await readKey(owner, key.id)).toMatchObject({ status: "revoked", customer: null });
  }
});

test("a customer removed while its keys are being made leaves no key without it", async () => {
  const { owner, workspaceId } = await createTestWorkspace();
  const { id } = await addCustomer(owner);
  const outcomes = await Promise.all([
    ...Array.from({ length: 6 }, () => kindOf(issueKey(owner, { customer: id }))),
    kindOf(deleteCustomer(owner, { customer: id, revokesKeys: false })),
  ]);
  const removed = (await db().customer.count({ where: { workspaceId, id } })) === 0;
  const living = await db().key.count({ where: { workspaceId, revokedAt: null } });
  expect(outcomes.at(-1)).toBe(removed ? "done" : "conflict");
  if (removed) expect(living).toBe(0);
  else expect(living).toBe(6);
});

test.each([
  ["no external id", { name: "x" }],
  ["an external id like our own", { externalId: "cus_x", name: "x" }],
  ["an external id that no address can hold", { externalId: "..", name: "x" }],
  ["a control character", { externalId: "a\u0007", name: "x" }],
  ["an empty name", { externalId: "x", name: " " }],
  ["metadata over 16 KiB", { externalId: "x", name: "x", metadata: { a: "x".repeat(17_000) } }],
  ["metadata that is a list", { externalId: "x", name: "x", metadata: [] }],
  ["a misspelled scope", { externalId: "x", name: "x", scopeCeiling: ["READ"] }],
  ["a platform scope that is none", { externalId: "x", name: "x", scopeCeiling: ["read:platform"] }],
  ["a negative number of keys", { externalId: "x", name: "x", keyCountMax: -1 }],
  ["half a key", { externalId: "x", name: "x", keyCountMax: 1.5 }],
  [
    "two quotas a day",
    {
      externalId: "x",
      name: "x",
      quotas: [
        { limit: 1, per: "day" },
        { limit: 2, per: "day" },
      ],
    },
  ],
  ["an unknown field", { externalId: "x", name: "x", colour: "red" }],
])("%s is not valid", (_what, input) => {
  expect(CreateCustomer.safeParse(input).success).toBe(false);
  expect(UpdateCustomer.safeParse({ colour: "red" }).success).toBe(false);
});
