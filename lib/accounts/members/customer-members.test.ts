import { expect, test } from "vitest";
import { acceptInvitation, readInvitation } from "@/lib/accounts/members/accept-invitation";
import { invite, listInvitations, revokeInvitation } from "@/lib/accounts/members/invitations";
import { isCustomerPage, placeOf } from "@/lib/accounts/format";
import { listMembers, removeMember } from "@/lib/accounts/members/members";
import { Invite } from "@/lib/accounts/schema";
import { readSession, sessionActor } from "@/lib/accounts/session/session";
import { readWorkspace } from "@/lib/accounts/workspace";
import type { Actor } from "@/lib/api/actor";
import { deleteCustomer } from "@/lib/customers/delete";
import {
  listCustomerMembers,
  removeCustomerMember,
  updateCustomerMember,
} from "@/lib/customers/members/members";
import { listCustomers, readCustomer } from "@/lib/customers/read";
import { ListCustomers } from "@/lib/customers/schema";
import { updateCustomer } from "@/lib/customers/update";
import { createKey } from "@/lib/keys/create";
import { listKeys } from "@/lib/keys/reading/list";
import { CreateKey } from "@/lib/keys/changes/schema";
import { ListKeys } from "@/lib/keys/reading/schema";
import { addCustomer } from "@/lib/testing/customer";
import { issueKey, keyActor } from "@/lib/testing/issue-key";
import { cookieOf, createPerson, freshEmail, testPassword, tokenIn } from "@/lib/testing/person";

const page = { limit: 25 };

function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: { kind?: string }) => error.kind ?? String(error),
  );
}

/** Someone of a customer, by invitation, with the `Cookie` header of their browser. */
async function joinCustomer(inviter: Actor, customer: string, role: "admin" | "developer" | "viewer") {
  const email = freshEmail();
  const { link } = await invite(inviter, { email, role, customer });
  const accepted = await acceptInvitation(null, { token: tokenIn(link), password: testPassword }, null);
  const user = { ...accepted.user, sessionGeneration: accepted.user.sessionGeneration ?? 0 };
  return { user, email, cookie: await cookieOf(user) };
}

async function actorOf(cookie: string) {
  const actor = await sessionActor(cookie);
  if (actor === null) throw new Error("nowhere");
  return actor;
}

test("someone invited to a customer's side signs up through the link and sees that customer's keys only", async () => {
  const { actor: owner } = await createPerson();
  const [mine, other] = [await addCustomer(owner, { name: "Northwind" }), await addCustomer(owner)];
  const { key } = await issueKey(owner, { customer: mine.id });
  await issueKey(owner, { customer: other.id });
  await issueKey(owner);
  const { link, invitation } = await invite(owner, {
    email: freshEmail(),
    role: "developer",
    customer: mine.externalId,
  });
  expect(invitation.customer).toBe(mine.id);
  expect((await readInvitation(tokenIn(link)))?.workspaceName).toMatch(/^Northwind at /);
  const { user, cookie } = await joinCustomer(owner, mine.id, "developer");
  const actor = await actorOf(cookie);
  expect(actor).toMatchObject({ userId: user.id, customerId: mine.id, role: "developer" });
  expect((await listKeys(actor, ListKeys.parse({}))).items.map(({ id }) => id)).toEqual([key.id]);
  expect((await listCustomers(actor, ListCustomers.parse({}))).items.map(({ id }) => id)).toEqual([mine.id]);
  expect(await kindOf(readCustomer(actor, other.id))).toBe("not-found");
  for (const ask of [() => listMembers(actor, page), () => readWorkspace(actor)])
    expect(await kindOf(ask())).toBe("forbidden");
});

test("a customer's member passes on what the ceiling allows and no more, at once when it changes", async () => {
  const { actor: owner } = await createPerson();
  const customer = await addCustomer(owner, { scopeCeiling: ["read:invoices"] });
  const { cookie } = await joinCustomer(owner, customer.id, "admin");
  const viewer = await joinCustomer(owner, customer.id, "viewer");
  const make = async (scopes: string[]) =>
    kindOf(createKey(await actorOf(cookie), CreateKey.parse({ name: `k${Math.random()}`, scopes })));
  expect(await make(["read:invoices"])).toBe("done");
  expect(await make(["write:invoices"])).toBe("forbidden");
  expect(await make(["read:keys"])).toBe("invalid");
  await updateCustomer(owner, { customer: customer.id, scopeCeiling: ["write:invoices"] });
  expect(await make(["read:invoices"])).toBe("forbidden");
  expect(await make(["write:invoices"])).toBe("done");
  expect(await kindOf(createKey(await actorOf(viewer.cookie), CreateKey.parse({ name: "no" })))).toBe(
    "forbidden",
  );
});

test("a customer's key that may change members gives nobody there more than it holds itself", async () => {
  const { actor: owner } = await createPerson();
  const customer = await addCustomer(owner, { scopeCeiling: ["read:invoices", "update:members"] });
  const viewer = await joinCustomer(owner, customer.id, "viewer");
  const key = keyActor(owner.workspaceId, {
    customerId: customer.id,
    scopes: ["create:members", "update:members"],
  });
  const member = { customer: customer.id, userId: viewer.user.id };
  expect(await kindOf(updateCustomerMember(key, { ...member, role: "admin" }))).toBe("forbidden");
  expect(await kindOf(invite(key, { email: freshEmail(), role: "admin" }))).toBe("forbidden");
  expect(await actorOf(viewer.cookie)).toMatchObject({ role: "viewer" });
  const { cookie } = await joinCustomer(owner, customer.id, "admin");
  const admin = await actorOf(cookie);
  expect(await kindOf(updateCustomerMember(admin, { ...member, role: "admin" }))).toBe("done");
  expect(await kindOf(invite(admin, { email: freshEmail(), role: "developer" }))).toBe("done");
});

test("members of a disabled or removed customer are nowhere at once, and back when it is enabled", async () => {
  const { actor: owner } = await createPerson();
  const customer = await addCustomer(owner);
  const { cookie } = await joinCustomer(owner, customer.id, "admin");
  expect(await sessionActor(cookie)).not.toBeNull();
  await updateCustomer(owner, { customer: customer.id, disabled: true });
  expect(await sessionActor(cookie)).toBeNull();
  await updateCustomer(owner, { customer: customer.id, disabled: false });
  expect(await sessionActor(cookie)).not.toBeNull();
  const pending = await invite(owner, { email: freshEmail(), role: "viewer", customer: customer.id });
  await deleteCustomer(owner, { customer: customer.id, revokesKeys: true });
  expect(await sessionActor(cookie)).toBeNull();
  expect(await readInvitation(tokenIn(pending.link))).toBeNull();
});

test("a person of a workspace and of several customers is each of them by choice, and never more", async () => {
  const [person, { actor: owner }] = [await createPerson(), await createPerson()];
  const customers = [await addCustomer(owner), await addCustomer(owner)];
  for (const { id } of customers) {
    const { link } = await invite(owner, { email: person.user.email, role: "admin", customer: id });
    await acceptInvitation(await readSession(person.cookie), { token: tokenIn(link) }, null);
  }
  const session = await readSession(person.cookie);
  expect(session?.workspaces.map(({ customer }) => customer?.id ?? null)).toEqual([
    null,
    ...customers.map(({ id }) => id),
  ]);
  expect(await sessionActor(person.cookie)).toMatchObject({ customerId: null, role: "owner" });
  const slug = session?.workspaces[1]?.slug ?? "";
  for (const { id } of customers) {
    const there = await sessionActor(`${person.cookie}; latchkey-workspace=${placeOf(slug, id)}`);
    expect(there).toMatchObject({ workspaceId: owner.workspaceId, customerId: id, role: "admin" });
  }
  const stranger = await sessionActor(`${person.cookie}; latchkey-workspace=${slug}`);
  expect(stranger).toMatchObject({ workspaceId: person.actor.workspaceId });
});

test("a customer's admin manages its members and invitations and no others; its developer does not", async () => {
  const { actor: owner, user } = await createPerson();
  const [mine, other] = [await addCustomer(owner), await addCustomer(owner)];
  const admin = await actorOf((await joinCustomer(owner, mine.id, "admin")).cookie);
  const developer = await actorOf((await joinCustomer(owner, mine.id, "developer")).cookie);
  const theirs = await joinCustomer(owner, other.id, "viewer");
  const foreign = await invite(owner, { email: freshEmail(), role: "viewer" });
  const colleague = await joinCustomer(admin, mine.externalId, "viewer");
  expect(await actorOf(colleague.cookie)).toMatchObject({ customerId: mine.id, role: "viewer" });
  const of = { customer: mine.id, userId: colleague.user.id };
  expect(await updateCustomerMember(admin, { ...of, role: "developer" })).toMatchObject({
    role: "developer",
  });
  expect(await actorOf(colleague.cookie)).toMatchObject({ role: "developer" });
  expect((await listCustomerMembers(admin, { ...page, customer: mine.id })).total).toBe(3);
  const { invitation } = await invite(admin, { email: freshEmail(), role: "viewer" });
  expect(invitation.customer).toBe(mine.id);
  expect((await listInvitations(admin, page)).items.map(({ id }) => id)).toEqual([invitation.id]);
  const refusals = {
    "another customer's members": () => listCustomerMembers(admin, { ...page, customer: other.id }),
    "another customer's member": () =>
      removeCustomerMember(admin, { customer: other.id, userId: theirs.user.id }),
    "an invitation to the workspace": () => revokeInvitation(admin, foreign.invitation.id),
  };
  for (const [what, work] of Object.entries(refusals))
    expect({ what, kind: await kindOf(work()) }).toEqual({ what, kind: "not-found" });
  expect(await kindOf(invite(admin, { email: freshEmail(), role: "viewer", customer: other.id }))).toBe(
    "invalid",
  );
  expect(await kindOf(invite(admin, { email: freshEmail(), role: "owner" }))).toBe("forbidden");
  expect(await kindOf(removeMember(admin, user.id))).toBe("forbidden");
  expect(await kindOf(invite(developer, { email: freshEmail(), role: "viewer" }))).toBe("forbidden");
  expect(await kindOf(removeCustomerMember(developer, of))).toBe("forbidden");
  await removeCustomerMember(admin, of);
  expect(await sessionActor(colleague.cookie)).toBeNull();
  await removeCustomerMember(developer, { customer: mine.id, userId: developer.userId });
});

test("someone on a customer's side who also belongs to the workspace cannot leave the workspace from there", async () => {
  const { actor: owner, user, cookie } = await createPerson();
  const customer = await addCustomer(owner);
  const { link } = await invite(owner, { email: user.email, role: "viewer", customer: customer.id });
  await acceptInvitation(await readSession(cookie), { token: tokenIn(link) }, null);
  const slug = (await readSession(cookie))?.workspaces[0]?.slug ?? "";
  const there = await actorOf(`${cookie}; latchkey-workspace=${placeOf(slug, customer.id)}`);
  expect(await kindOf(removeMember(there, user.id))).toBe("forbidden");
});

test("of two acceptances of one invitation to a customer one holds, and nobody is invited twice", async () => {
  const { actor: owner } = await createPerson();
  const customer = await addCustomer(owner);
  const email = freshEmail();
  const { link } = await invite(owner, { email, role: "viewer", customer: customer.id });
  expect(await kindOf(invite(owner, { email, role: "viewer", customer: customer.id }))).toBe("conflict");
  expect(await kindOf(invite(owner, { email, role: "viewer" }))).toBe("done");
  const accept = () => kindOf(acceptInvitation(null, { token: tokenIn(link), password: testPassword }, null));
  const kinds = await Promise.all([accept(), accept()]);
  expect(kinds.filter((kind) => kind === "done")).toHaveLength(1);
  expect(await kindOf(invite(owner, { email, role: "viewer", customer: customer.id }))).toBe("conflict");
  expect(await kindOf(invite(owner, { email: freshEmail(), role: "viewer", customer: "none" }))).toBe(
    "invalid",
  );
  expect(Invite.safeParse({ email, role: "owner", customer: customer.id }).success).toBe(false);
});

test.each([
  ["/keys", true],
  ["/keys/key_1?range=7d", true],
  ["/decisions/evt_1", true],
  ["/overview?_rsc=abc", true],
  ["/settings/account", true],
  ["/events?view=history", true],
  ["/datastore", true],
  ["/logs", false],
  ["/audit", false],
  ["/", true],
  ["/settings", false],
  ["/settings/members", false],
  ["/rules", false],
  ["/services/svc_1", false],
  ["/keysmith", false],
  ["/customers", false],
])("from a customer's side the page %s is there: %s", (path, there) => {
  expect(isCustomerPage(path)).toBe(there);
});
