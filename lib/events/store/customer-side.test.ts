import { expect, test } from "vitest";
import { customerRoleScopes } from "@/lib/accounts/roles";
import type { SessionActor } from "@/lib/api/actor";
import { getValue } from "@/lib/datastore/get";
import { listValues } from "@/lib/datastore/list";
import { setValue } from "@/lib/datastore/set";
import { listEvents } from "@/lib/events/store/list-events";
import { addCustomer } from "@/lib/testing/customer";
import { issueKey } from "@/lib/testing/issue-key";
import { createTestWorkspace } from "@/lib/testing/workspace";

const value = { value: new TextEncoder().encode("1"), contentType: "application/json" };

/** A workspace with two customers; of each and of the workspace itself a key and a value. */
async function scene() {
  const { owner } = await createTestWorkspace();
  const ceiling = ["get:datastore", "set:datastore"];
  const [mine, other] = [await addCustomer(owner, { scopeCeiling: ceiling }), await addCustomer(owner)];
  await issueKey(owner);
  await issueKey(owner, { customer: other.id });
  const { key } = await issueKey(owner, { customer: mine.id });
  await setValue(owner, { ...value, key: "ours" });
  await setValue(owner, { ...value, key: "others", customer: other.id });
  await setValue(owner, { ...value, key: "mine", customer: mine.id });
  const person = (role: "developer" | "viewer"): SessionActor => ({
    ...owner,
    role,
    customerId: mine.id,
    scopes: customerRoleScopes(role, ceiling),
  });
  return { owner, person, key, other };
}

test("someone of a customer is listed that customer's events only, and not who of the provider caused them", async () => {
  const { owner, person, key, other } = await scene();
  const { items } = await listEvents(person("developer"), { limit: 100 });
  expect(items.map(({ type, subject }) => [type, subject]).sort()).toEqual([
    ["datastore.set", "mine"],
    ["keys.create", key.id],
  ]);
  expect(JSON.stringify(items)).not.toContain(owner.email);
  const asked = await listEvents(person("developer"), { limit: 100, customer: other.id });
  expect(asked.items).toEqual([]);
});

test("someone of a customer sees that customer's values where its ceiling lets its keys, and no one else's", async () => {
  const { person, other } = await scene();
  const { items } = await listValues(person("developer"), { limit: 100, prefix: "" });
  expect(items.map((entry) => entry.key)).toEqual(["mine"]);
  expect(await getValue(person("developer"), { key: "ours" })).toBeNull();
  await expect(getValue(person("developer"), { key: "others", customer: other.id })).rejects.toMatchObject({
    kind: "not-found",
  });
  await expect(listValues(person("viewer"), { limit: 100, prefix: "" })).rejects.toMatchObject({
    kind: "forbidden",
  });
});
