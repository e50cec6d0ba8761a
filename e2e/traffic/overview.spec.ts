import { expect } from "@playwright/test";
import { api, callableService, expectAccessible, signUp, test } from "@/e2e/fixtures";
import { z } from "zod";

test("someone new is led to the start, from the portal's root on", async ({ page }) => {
  await signUp(page);
  await page.goto("/");
  await expect(page).toHaveURL(/\/overview$/);
  await expect(page.getByRole("heading", { name: "Nothing has called yet" })).toBeVisible();
  await expectAccessible(page, "overview, first run");
  await page.getByRole("link", { name: "Start" }).click();
  await expect(page).toHaveURL(/\/start$/);
});

test("calls are counted, split by environment, and the question stands in the address", async ({ page }) => {
  await signUp(page);
  const { service, secret, key, gatewayUrl } = await callableService(page, { slug: "search" });
  const workspace = await api(page, {
    schema: z.object({ slug: z.string() }),
    method: "GET",
    path: "/workspace",
  });
  const address = `${gatewayUrl}/${workspace.slug}/${service.slug}/hello`;
  for (let at = 0; at < 3; at += 1)
    await page.request.get(address, { headers: { authorization: `Bearer ${secret}` } });
  await page.request.get(address);
  await page.goto("/overview?environment=test");
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("tab", { name: /^Requests/ })).toContainText("3", { timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole("table", { name: "Top keys" })).toContainText(key.name);
  await expect(page.getByRole("table", { name: "Top services" })).toContainText("search");
  await expectAccessible(page, "overview");

  await page.getByRole("group", { name: "Environment" }).getByRole("button", { name: "Live" }).click();
  await page.getByRole("group", { name: "Range" }).getByRole("button", { name: "24 h" }).click();
  await page.getByRole("tab", { name: /^Denied/ }).click();
  await expect(page).toHaveURL(/range=24h.*metric=denied/);
  await page.reload();
  await expect(page.getByRole("tab", { name: /^Denied/ })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("tab", { name: /^Denied/ })).toContainText("1");
  for (const metric of ["errors", "p95"]) {
    await page.goto(`/overview?environment=test&metric=${metric}`);
    await expectAccessible(page, `overview, ${metric}`);
  }
});

test("what needs attention leads to where it is done", async ({ page }) => {
  await signUp(page);
  const Issued = z.object({ key: z.object({ id: z.string() }) });
  const soon = new Date(Date.now() + 2 * 86_400_000).toISOString();
  await api(page, {
    schema: Issued,
    method: "POST",
    path: "/keys",
    data: { name: "ending", expiresAt: soon },
  });
  const { key } = await api(page, {
    schema: Issued,
    method: "POST",
    path: "/keys",
    data: { name: "turning" },
  });
  await api(page, {
    schema: Issued,
    method: "POST",
    path: `/keys/${key.id}/rotate`,
    data: { overlapSeconds: 3_600 },
  });
  await page.goto("/overview");
  const item = page.getByRole("listitem").filter({ hasText: "turning is in overlap" });
  await expect(item).toBeVisible();
  await expectAccessible(page, "overview, attention");
  await page
    .getByRole("listitem")
    .filter({ hasText: "ending expires in" })
    .getByRole("link", { name: "Extend" })
    .click();
  const dialog = page.getByRole("dialog", { name: "Edit ending" });
  await dialog.getByText("Never", { exact: true }).click();
  await dialog.getByRole("button", { name: "Save key" }).click();
  await expect(page.getByRole("definition").filter({ hasText: "Never" }).first()).toBeVisible();
});

test("a key is created from the overview", async ({ page }) => {
  await signUp(page);
  await callableService(page, { slug: "search" });
  await page.goto("/overview");
  const dialog = page.getByRole("dialog", { name: "Create key" });
  await expect(async () => {
    await page.keyboard.press("c");
    await expect(dialog).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await dialog.getByLabel("Name").fill("from-the-overview");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Secret of from-the-overview" })).toBeVisible();
});
