import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { z } from "zod";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";

const Totals = z.object({ totals: z.object({ requests: z.number() }) });

/** A workspace in which a key called a service `calls` times, counted. */
async function called(page: Page, calls = 4) {
  const { workspace } = await signUp(page);
  const { service, key, secret, gatewayUrl } = await callableService(page, { slug: "search" });
  for (let made = 0; made < calls; made += 1) {
    const answer = await page.request.get(`${gatewayUrl}/${workspace.slug}/${service.slug}/hello`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(answer.status()).toBe(200);
  }
  await expect(async () => {
    const { totals } = await api(page, { schema: Totals, method: "GET", path: "/usage?range=24h" });
    expect(totals.requests).toBe(calls);
  }).toPass();
  return { key, service };
}

test("usage without a call says what is counted and where to begin", async ({ page }) => {
  test.slow();
  await signUp(page);
  await page.goto("/usage");
  await expect(page.getByRole("heading", { name: "No calls in this time" })).toBeVisible();
  await expectAccessible(page, "usage, empty");
  await page.getByRole("button", { name: "Look at 30 days" }).click();
  await expect(page.getByRole("heading", { name: "Nothing has called yet" })).toBeVisible();
  await page.goto("/usage?environment=test");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\/usage$/);
});

test("calls are split by key, customer, service and route, narrowed to one, and all of it stands in the address", async ({
  page,
}) => {
  test.slow();
  const { key, service } = await called(page);
  await page.goto("/usage?range=24h");
  const table = page.getByRole("table", { name: "Usage by key" });
  await expect(table.getByRole("row").filter({ hasText: key.name })).toContainText("4");
  await expect(table.getByRole("row").filter({ hasText: "All calls" })).toContainText("4");
  await expectAccessible(page, "usage by key");

  await page.getByRole("button", { name: "Service", exact: true }).last().click();
  const services = page.getByRole("table", { name: "Usage by service" });
  await expect(services.getByRole("row").filter({ hasText: service.slug })).toContainText("4");
  await services.getByRole("button", { name: `Only ${service.slug}` }).click();
  await expect(page.getByRole("table", { name: "Usage by route" })).toContainText("GET");
  await expect(page).toHaveURL(/range=24h&by=route&service=svc_/);
  await expect(page.getByRole("button", { name: "Clear Service" })).toBeVisible();

  await page.reload();
  await expect(page.getByRole("table", { name: "Usage by route" })).toBeVisible();
  await page.getByRole("button", { name: "Customer", exact: true }).last().click();
  await expect(page.getByRole("table", { name: "Usage by customer" })).toContainText("your own");
  await page.getByRole("button", { name: "This month" }).click();
  await expect(page).toHaveURL(/range=month/);
  const denied = page
    .getByRole("table", { name: "Usage by customer" })
    .getByRole("columnheader", { name: "Denied" });
  await denied.getByRole("button").click();
  await expect(denied).toHaveAttribute("aria-sort", "descending");
  await page.goBack();
  await expect(page).not.toHaveURL(/sort=/);
});

test("usage is exported as CSV and NDJSON with what the page is narrowed to", async ({ page }) => {
  const { key } = await called(page);
  await page.goto(`/usage?range=24h&key=${key.id}`);
  await expect(page.getByRole("table", { name: "Usage by key" })).toBeVisible();
  for (const { label, read } of [
    { label: "CSV", read: (text: string) => text.trim().split("\r\n").slice(1) },
    { label: "NDJSON", read: (text: string) => text.trim().split("\n") },
  ]) {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: new RegExp(`^${label}`) }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^usage-.*\.(csv|ndjson)$/);
    const lines = read(readFileSync(await file.path(), "utf8"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(key.id);
    await expect(page.getByText(/usage-.*: 1 line, /).last()).toBeVisible();
  }
});

test("an export that breaks off is not kept, and can be tried again", async ({ page }) => {
  await called(page);
  await page.goto("/usage?range=24h");
  await page.route("**/usage/export**", (route) => route.abort("connectionreset"));
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /^CSV/ }).click();
  await expect(page.getByText("Usage was not exported.")).toBeVisible();
  await page.unroute("**/usage/export**");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Try again" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test("how much of a quota is used, and where it is going, stands beside the calls and on the key", async ({
  page,
}) => {
  test.slow();
  const { key } = await called(page, 3);
  const data = {
    quotas: [{ limit: 10, per: "month" }],
    rateLimits: [{ name: "hourly", limit: 600, windowSeconds: 3600 }],
  };
  await api(page, { schema: z.unknown(), method: "PATCH", path: `/keys/${key.id}`, data });
  await page.goto("/usage?range=24h");
  const quotas = page.getByRole("complementary", { name: "Quotas and flagged keys" });
  await expect(quotas).toContainText("3 of 10");
  await expect(quotas).toContainText(/At this pace|It begins anew/);
  await quotas.getByRole("link", { name: key.name }).click();
  const about = page.getByRole("complementary", { name: "About this key" });
  await expect(about).toContainText("hourly 600 an hour");
  await expect(about).toContainText("3 of 10");
  await expect(page.getByRole("table", { name: "Calls by service" })).toContainText("search");
  await expect(page.getByRole("table", { name: "Calls by secret" })).toContainText("current");
  await expectAccessible(page, "key, with limits");
});

test("what a key may do is told by its sources, and what its customer's ceiling holds back", async ({
  page,
}) => {
  await signUp(page);
  const send = (method: string, path: string, data: unknown) =>
    api(page, { schema: z.looseObject({ id: z.string().optional() }), method, path, data });
  const customer = await send("POST", "/customers", { externalId: "north", name: "Northwind" });
  for (const name of ["read:invoices", "write:invoices"]) await send("POST", "/scopes", { name });
  await send("POST", "/roles", { name: "billing", scopes: ["read:invoices", "write:invoices"] });
  const { key } = await api(page, {
    schema: z.object({ key: z.object({ id: z.string() }) }),
    method: "POST",
    path: "/keys",
    data: { name: "ledger", customer: "north", roles: ["billing"] },
  });
  await send("PATCH", `/customers/${customer.id}`, { scopeCeiling: ["read:invoices"] });
  await page.goto(`/keys/${key.id}`);
  const about = page.getByRole("complementary", { name: "About this key" });
  await expect(about).toContainText("Role billing");
  await expect(about).toContainText("Held back by Northwind's ceiling");
  await expect(about).toContainText("May use 1 scope in all");

  await about.getByRole("button", { name: "Edit metadata" }).click();
  const dialog = page.getByRole("dialog", { name: "Metadata of ledger" });
  const editor = dialog.getByRole("textbox", { name: "Metadata" });
  const write = async (text: string) => {
    await editor.press("ControlOrMeta+a");
    await editor.press("Delete");
    await page.keyboard.type(text);
  };
  await write('{ "tier": ');
  await dialog.getByRole("button", { name: "Save metadata" }).click();
  await expect(dialog.getByText(/Must be JSON/)).toBeVisible();
  await write('{ "tier": "gold" }');
  await dialog.getByRole("button", { name: "Save metadata" }).click();
  await expect(dialog).toBeHidden();
  await expect(about).toContainText('"gold"');

  await about.getByRole("button", { name: "Edit grant" }).click();
  const form = page.getByRole("dialog", { name: "Edit ledger" });
  await form.getByLabel("Filter scopes").fill("write:invoices");
  await expect(form.getByText("Beyond Northwind's ceiling")).toBeVisible();
});
