import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { join } from "@/e2e/people";
import { isCustomerPage } from "@/lib/accounts/format";

const Made = z.object({ id: z.string() });
const Issued = z.object({ key: z.object({ id: z.string() }), secret: z.string() });

/** A customer with a key that called a service, beside a key of the workspace's own; nothing denied, one refused. */
async function customerWithTraffic(page: Page) {
  await signUp(page);
  const { gatewayUrl, key: own } = await callableService(page, { slug: "search" });
  const customer = await api(page, {
    schema: Made,
    method: "POST",
    path: "/customers",
    data: {
      externalId: "northwind",
      name: "Northwind",
      scopeCeiling: ["read:*", "get:datastore", "set:datastore"],
    },
  });
  const { key, secret } = await api(page, {
    schema: Issued,
    method: "POST",
    path: "/keys",
    data: { name: "northwind-sync", customer: customer.id, scopes: ["read:search"] },
  });
  const rule = { name: "no-deletes", effect: "deny", when: { method: "DELETE" }, attachments: [{}] };
  const { id: ruleId } = await api(page, { schema: Made, method: "POST", path: "/rules", data: rule });
  const { slug } = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  const call = (method: string) =>
    page.request.fetch(`${gatewayUrl}/${slug}/search/hello`, {
      method,
      headers: { authorization: `Bearer ${secret}` },
    });
  await call("GET");
  const refused = await call("DELETE");
  const decisionId = refused.headers()["x-latchkey-decision"] ?? "";
  await expect
    .poll(async () => (await page.request.get(`/api/v1/decisions/${decisionId}`)).status())
    .toBe(200);
  return { customer, keyId: key.id, ownKeyId: own.id, decisionId, ruleId };
}

/** Addresses on this page that lead to a page which this person does not find. */
async function strayLinks(page: Page): Promise<string[]> {
  const hrefs = await page
    .locator("a[href^='/']")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  return hrefs.filter((href) => !isCustomerPage(href));
}

test("a customer's developer joins by invitation, works with that customer's keys, and finds nothing of the provider's", async ({
  page,
  browser,
}) => {
  test.slow();
  const { customer, keyId, ownKeyId, decisionId, ruleId } = await customerWithTraffic(page);
  const theirs = await join(page, { browser, role: "developer", customer: customer.id });
  const rail = theirs.getByRole("navigation", { name: "Main" });
  await expect(rail.getByRole("link", { name: /^Keys/ })).toBeVisible();
  for (const hidden of ["Services", "Rules", "Customers"])
    await expect(rail.getByRole("link", { name: hidden })).toHaveCount(0);

  const pages = [
    "/overview",
    "/keys",
    `/keys/${keyId}`,
    `/keys/${keyId}?tab=decisions`,
    `/keys/${keyId}?tab=audit`,
    "/decisions",
    "/events",
    "/events?view=history",
    "/datastore",
    "/settings/account",
  ];
  for (const path of pages) {
    await theirs.goto(path);
    await expect(theirs.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(theirs.locator("[aria-busy='true']")).toHaveCount(0);
    expect(await strayLinks(theirs), path).toEqual([]);
    await expectAccessible(theirs, `customer's side, ${path}`);
  }

  await theirs.goto("/decisions");
  await expect(theirs.getByRole("button", { name: "Credential", exact: true })).toBeVisible();
  for (const list of ["Service", "Rule"])
    await expect(theirs.getByRole("button", { name: list, exact: true }), "a list they have not").toHaveCount(
      0,
    );

  await theirs.goto(`/decisions/${decisionId}`);
  const trace = theirs.getByRole("complementary", { name: "Explain" });
  await expect(trace).toContainText("DELETE");
  expect(await strayLinks(theirs), "a trace").toEqual([]);
  await expectAccessible(theirs, "customer's side, a trace");

  const foreign = [
    "/services",
    "/rules",
    `/rules/${ruleId}`,
    "/rules/new",
    "/start",
    "/logs",
    "/audit",
    "/settings",
    "/settings/members",
  ];
  for (const path of [...foreign, `/keys/${ownKeyId}`]) {
    const answer = await theirs.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(theirs.getByRole("heading", { name: "Nothing here" }), path).toBeVisible();
    expect(await strayLinks(theirs), `not found, ${path}`).toEqual([]);
  }
  await expectAccessible(theirs, "customer's side, not found");
  await theirs.context().close();
});

test("a customer's developer creates and rotates a key under the ceiling; its viewer may only look, and is told why", async ({
  page,
  browser,
}) => {
  const { customer, keyId } = await customerWithTraffic(page);
  const theirs = await join(page, { browser, role: "developer", customer: customer.id });
  await theirs.goto("/keys");
  await expect(theirs.locator("tr[data-key]")).toHaveCount(1);
  await theirs.getByRole("button", { name: /^Create key/ }).click();
  const form = theirs.getByRole("dialog", { name: "Create key" });
  await form.getByLabel("Name").fill("northwind-batch");
  await expectAccessible(theirs, "customer's side, create key");
  await form.getByRole("button", { name: "Create key" }).click();
  await expect(theirs.getByRole("dialog", { name: "Secret of northwind-batch" })).toBeVisible();
  await theirs.context().close();

  const looking = await join(page, { browser, role: "viewer", customer: customer.id });
  await looking.goto(`/keys/${keyId}`);
  await expect(looking.getByRole("button", { name: /^Rotate/ })).toBeDisabled();
  await expect(looking.getByRole("button", { name: /^Revoke/ })).toBeDisabled();
  await looking.goto("/keys");
  await expect(looking.locator("tr[data-key]")).toHaveCount(2);
  await expect(looking.getByRole("button", { name: /^Create key/ })).toBeDisabled();
  await expectAccessible(looking, "customer's side, viewer");
  await looking.context().close();
});

test("a customer's developer follows that customer's events and works with that customer's values, and meets no one else's", async ({
  page,
  browser,
}) => {
  const { customer, keyId, ownKeyId } = await customerWithTraffic(page);
  const put = (who: Page, key: string, query = "") =>
    api(who, { schema: z.unknown(), method: "PUT", path: `/datastore/${key}${query}`, data: 1 });
  await put(page, "of-the-workspace");
  await put(page, "of-northwind", "?customer=northwind");
  const theirs = await join(page, { browser, role: "developer", customer: customer.id });

  await theirs.goto("/datastore");
  await expect(theirs.getByRole("link", { name: "of-northwind" })).toBeVisible();
  await expect(theirs.getByRole("link", { name: "of-the-workspace" })).toHaveCount(0);
  await expect(theirs.getByRole("button", { name: "Customer", exact: true })).toHaveCount(0);
  await theirs.goto("/datastore?key=of-the-workspace");
  await expect(theirs.getByRole("heading", { name: "No value under this key" })).toBeVisible();

  await theirs.goto("/events");
  await expect(theirs.getByText("Live", { exact: true }).first()).toBeVisible();
  await expect(theirs.getByRole("row").filter({ hasText: "datastore.set" })).toContainText("of-northwind");
  await expect(theirs.getByRole("row").filter({ hasText: "decision.denied" })).toContainText("no-deletes");
  const added = z.object({ key: z.object({ id: z.string() }) });
  const make = (data: object) => api(page, { schema: added, method: "POST", path: "/keys", data });
  const { key: ours } = await make({ name: "ours" });
  const { key: another } = await make({ name: "another", customer: customer.id });
  await expect(theirs.getByRole("row").filter({ hasText: another.id })).toContainText("keys.create");
  for (const hidden of [ours.id, ownKeyId, "of-the-workspace", "services.create", "rules.create"])
    await expect(theirs.getByRole("row").filter({ hasText: hidden }), hidden).toHaveCount(0);
  await expect(theirs.getByRole("row").filter({ hasText: keyId }).first()).toBeVisible();
  await theirs.context().close();

  const looking = await join(page, { browser, role: "viewer", customer: customer.id });
  const rail = looking.getByRole("navigation", { name: "Main" });
  await expect(rail.getByRole("link", { name: /^Events/ })).toBeVisible();
  await expect(rail.getByRole("link", { name: "Datastore" })).toHaveCount(0);
  await looking.goto("/datastore");
  await expect(looking.getByRole("heading", { name: "You may not see the datastore" })).toBeVisible();
  await expectAccessible(looking, "customer's side, no permission");
  await looking.context().close();
});
